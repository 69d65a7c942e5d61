using System.CommandLine;
using WrnCloud.Cli.Output;
using WrnCloud.Models;

namespace WrnCloud.Cli.Commands.Models;

internal static class ModelsPromoteCommand
{
    public static Command Create(CliContext context)
    {
        var model = ModelArgument.Create("NAME@VERSION.", reference => reference.Version is null ? "Give the version: NAME@VERSION." : null);
        var alias = new Option<string>("--alias") { Description = "The alias to point at it.", DefaultValueFactory = _ => ModelAlias.Production };
        return new Command("promote", "Points an alias at a version; predictions and batches use `production`.") { model, alias }.DoesWithApi(
            context,
            async (parsed, api, cancellationToken) =>
            {
                var reference = parsed.GetRequiredValue(model);
                var moved = await api.SetAliasAsync(reference.Name, parsed.GetRequiredValue(alias), reference.Version!.Value, cancellationToken);
                context.Out.Say($"{reference.Name}:[bold]{moved.Name}[/] is version [bold]{moved.Version}[/].");
                if (moved.Previous is { } previous && previous != moved.Version)
                    context.Error.Say($"[grey]Roll back with: wrn models promote {reference.Name}@{previous} --alias {moved.Name}[/]");
                return ExitCodes.Ok;
            });
    }
}
