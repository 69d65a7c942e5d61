using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.Functions.OpenApi;

/// <summary>The page's only style sheet, and the policy that allows it and nothing else.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: light-dark(#0b5cad, #7db8f5); }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.25rem 6rem; max-width: 62rem; font: 16px/1.55 system-ui, sans-serif; }
        h1 { margin: 0 0 .25rem; font-size: 2rem; }
        h2 { margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); font-size: 1.3rem; }
        h4 { margin: 1rem 0 .25rem; font-size: .95rem; }
        a { color: var(--accent); }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; }
        code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
        details { margin: .5rem 0; border: 1px solid var(--line); border-radius: .5rem; }
        details > div { padding: 0 1rem 1rem; }
        summary { padding: .6rem 1rem; cursor: pointer; }
        summary:hover { background: var(--soft); }
        summary span { margin-left: .75rem; opacity: .8; }
        b.verb { display: inline-block; min-width: 4.2rem; font: 700 .8rem ui-monospace, monospace; letter-spacing: .05em; color: var(--accent); }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { font-size: .8rem; font-weight: 600; opacity: .75; }
        td:first-child { white-space: nowrap; }
        """;

    /// <summary>Content-Security-Policy: nothing is loaded or run; the style is allowed by its hash.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
