// Run by azd before it deploys. The trainer's image stands on another one with libtorch, which with CUDA is 6 GB. azd gives a build in the
// registry 20 minutes and this one takes longer, so the registry is asked for it here, once for each version of it.

using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

const string Setting = "WRN_NATIVES_IMAGE";
const string Dockerfile = "src/TrainerJob/natives.Dockerfile";

// What that Dockerfile takes, and of it what its result depends on.
string[] sources =
[
    Dockerfile, "global.json", ".editorconfig", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".config", "eng",
];
string[] deciding = [Dockerfile, "eng/TorchNatives.targets", "eng/WeakenGlibcxxVersionNeed.cs", "eng/natives/Natives.csproj"];

var root = Root();
var accelerator = Environment.GetEnvironmentVariable("WRN_ACCELERATOR") is { Length: > 0 } chosen ? chosen : "gpu-t4";
var known = Environment.GetEnvironmentVariable(Setting) ?? "";
var registry = Environment.GetEnvironmentVariable("AZURE_CONTAINER_REGISTRY_ENDPOINT") ?? "";
if (registry.Length == 0) return Fail("AZURE_CONTAINER_REGISTRY_ENDPOINT is not set; azd sets it when it provisions. Run `azd provision`.");

var name = $"wrncloud/natives:{(accelerator == "cpu" ? "cpu" : "cuda")}-{Version()}";
var image = $"{registry}/{name}";
if (known == "none")
{
    Console.WriteLine($"ok    natives: none wanted, as {Setting} says; deploy the trainer by `azd deploy trainer --from-package IMAGE`");
    return 0;
}

if (string.Equals(Environment.GetEnvironmentVariable("WRN_USE_VNET"), "true", StringComparison.OrdinalIgnoreCase))
{
    Console.WriteLine($"warn  natives: the registry is closed to builds from outside. Build and push {image} and the trainer's image from inside "
        + "the network; docs/azure.md says how.");
    return 0;
}

if (known != image && Run("azd", quiet: false, "env", "set", Setting, image) != 0) return Fail($"azd did not take {Setting}.");

string[] subscription = Environment.GetEnvironmentVariable("AZURE_SUBSCRIPTION_ID") is { Length: > 0 } id ? ["--subscription", id] : [];
var registryName = registry.Split('.')[0];
if (Az(quiet: true, ["acr", "repository", "show", "--name", registryName, "--image", name, "--output", "none", .. subscription]) is not { } there)
    return Fail("az, the Azure CLI, is missing: https://aka.ms/azure-cli. Then `az login`, and again.");
if (there == 0)
{
    Console.WriteLine($"ok    natives: {image} is there");
    return 0;
}

Console.WriteLine($"      natives: {registryName} builds {name}, which with CUDA takes half an hour or more, once for this version");
var context = Directory.CreateTempSubdirectory("wrn-natives-").FullName;
try
{
    // A context of its own: nothing else of the checkout is sent.
    foreach (var source in sources) Copy(source);
    var code = Az(quiet: false,
    [
        "acr", "build", "--registry", registryName, "--image", name, "--platform", "linux/amd64", "--timeout", "7200",
        "--build-arg", $"ACCELERATOR={accelerator}", "--file", Path.Combine(context, Dockerfile), .. subscription, context,
    ]);
    if (code == 0)
    {
        Console.WriteLine($"ok    natives: {image} is built");
        return 0;
    }
}
finally
{
    Directory.Delete(context, recursive: true);
}

return Fail("the registry did not build them; az says why above. Not signed in: `az login`. No tasks for this subscription (free trials have none): "
    + $"build and push both images with Docker, `azd env set {Setting} none`, then "
    + "`azd deploy trainer --from-package IMAGE`; docs/azure.md says how.");

// Twelve digits that change with what the image is made of.
string Version()
{
    var text = new StringBuilder();
    foreach (var file in deciding) text.Append(File.ReadAllText(Path.Combine(root, file)));
    foreach (var line in File.ReadLines(Path.Combine(root, "Directory.Packages.props")))
        if (line.Contains("orch", StringComparison.Ordinal)) text.Append(line);
    return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Replace("\r", "").ToString())))[..12];
}

void Copy(string source)
{
    var (from, to) = (Path.Combine(root, source), Path.Combine(context, source));
    Directory.CreateDirectory(Path.GetDirectoryName(to)!);
    if (File.Exists(from)) File.Copy(from, to);
    else foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories)) Copy(Path.GetRelativePath(root, file).Replace('\\', '/'));
}

// Null where there is no az. On Windows it is a script, which only a shell starts.
int? Az(bool quiet, string[] arguments)
{
    try
    {
        return OperatingSystem.IsWindows() ? Run("cmd.exe", quiet, ["/c", "az", .. arguments]) : Run("az", quiet, arguments);
    }
    catch (Win32Exception)
    {
        return null;
    }
}

static int Run(string program, bool quiet, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = quiet })!;
    if (quiet) process.StandardError.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode;
}

static string Root()
{
    var folder = new DirectoryInfo(Environment.CurrentDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "azure.yaml"))) folder = folder.Parent;
    return folder?.FullName ?? throw new InvalidOperationException("No azure.yaml here or above.");
}

static int Fail(string problem)
{
    Console.WriteLine($"fail  natives: {problem}");
    return 1;
}
