using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Watching;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.Uploads;
using WrnCloud.Weights;

namespace WrnCloud.Cli.Commands.Weights;

/// <summary>Uploads and imports a file of weights. The server validates the values.</summary>
internal static class WeightsImportCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The set's name, for --init. A stored set never changes." };
        var file = new Argument<string>("FILE") { Description = "A .safetensors file, a .pth file written by torch.save, or an ONNX model." };
        var network = Text("--network", "The network that the weights must be for, such as ResNet-50; by default detected.");
        var config = Text("--config", "timm's config.json: normalisation, size, crop, licence. The options below override it.", "FILE");
        var mean = Text("--mean", "Means of red, green and blue, from 0 to 1; default ImageNet's.", "R,G,B");
        var std = Text("--std", "Standard deviations, likewise.", "R,G,B");
        var size = NumberOption.Create<int>("--size", "Side in pixels of the images that the weights were trained for; default 224.");
        var crop = NumberOption.Create<double>("--crop", "Share of the scaled picture's side that the crop keeps; default 0.875.");
        var licence = new Option<string?>("--license", "--licence") { Description = "The licence of the weights." };
        var source = Text("--source", "Their origin, such as a URL; recorded, never fetched.");
        var classes = Text("--classes", "Names of the classifier's classes, one per line; default class 0, class 1 and so on.", "FILE");
        var serve = Text("--serve", "The model that weights with a classifier are published as; default NAME.", "MODEL");
        var detach = new Option<bool>("--detach") { Description = "Don't wait for the import to end." };
        var json = GlobalOptions.Json();
        var command = new Command("import", "Imports weights, to start training from and, with a classifier, to serve.")
        {
            name, file, network, config, mean, std, size, crop, licence, source, classes, serve, detach, json,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(mean) is null) != (result.GetResult(std) is null)) result.AddError("--mean and --std belong together: give both.");
        });
        return command.DoesWithApi(context, async (parsed, api, cancellationToken) =>
        {
            var timm = parsed.GetValue(config) is { } path ? ReadConfig(path) : new TimmConfig();
            var upload = await DescribeAsync(parsed.GetRequiredValue(file), cancellationToken);
            var request = new WeightsImportRequest
            {
                Name = parsed.GetRequiredValue(name),
                File = upload,
                Network = parsed.GetValue(network),
                Normalisation = parsed.GetValue(mean) is { } means
                    ? new ChannelStatistics(Numbers("--mean", means), Numbers("--std", parsed.GetValue(std)!))
                    : timm.Normalisation,
                ImageSize = parsed.GetValue(size) ?? timm.ImageSize,
                Crop = parsed.GetValue(crop) ?? timm.Crop,
                Interpolation = timm.Interpolation,
                Classes = parsed.GetValue(classes) is { } list ? ReadClasses(list) : timm.Classes,
                Licence = parsed.GetValue(licence) ?? timm.Licence,
                Source = parsed.GetValue(source) ?? timm.Source,
                ServeAs = parsed.GetValue(serve),
            };
            var people = parsed.GetValue(json) ? context with { Out = context.Error } : context;
            if (request.Normalisation is null)
                people.Out.Say($"[grey]Using ImageNet's usual normalisation; --config, or --mean and --std, set another.[/]");
            await UploadAsync(people, api, request.Name, parsed.GetRequiredValue(file), upload, cancellationToken);
            var job = await api.ImportWeightsAsync(request, $"wrn-{context.Ids.NewWriteId()}", cancellationToken);
            people.Out.Say($"Job [bold]{job.Id}[/] is {job.State}.");
            var detached = parsed.GetValue(detach);
            if (!detached) job = await JobWatch.RunAsync(people, api, job.Id, cancellationToken);
            if (parsed.GetValue(json)) context.WriteJson(job);
            return detached ? ExitCodes.Ok : await ConcludeAsync(people, api, job, cancellationToken);
        });
    }

    private static Option<string?> Text(string name, string description, string? value = null) =>
        new(name) { Description = description, HelpName = value };

    private static async Task<int> ConcludeAsync(CliContext context, ApiClient api, Job job, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Succeeded) context.Out.Write(WeightsTable.Details(await api.GetWeightsAsync(job.Import!.Name, cancellationToken)));
        return await JobWatch.ConcludeAsync(context, api, job, cancellationToken);
    }

    private static async Task UploadAsync(
        CliContext context, ApiClient api, string name, string path, ArtifactFile file, CancellationToken cancellationToken)
    {
        var ticket = await api.RequestUploadAsync(new UploadRequest { Kind = UploadKind.Weights, Name = name, Files = [file] }, cancellationToken);
        foreach (var target in ticket.Files)
        {
            context.Out.Say($"[grey]Uploading {Path.GetFileName(path)}, {Format.Bytes(file.Length)}[/]");
            await BlobUploader.PutAsync(target, file.Length, () => new StreamContent(Open(path)), context.Clock, cancellationToken);
        }
    }

    private static async Task<ArtifactFile> DescribeAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = Open(path);
        var hash = await SHA256.HashDataAsync(content, cancellationToken);
        return new ArtifactFile(NameOf(path), content.Length, Convert.ToHexStringLower(hash));
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

    // A file may have any name; the record keeps only characters that are allowed in a path.
    private static string NameOf(string path)
    {
        var letters = Path.GetFileName(path).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-');
        var name = string.Concat(letters).Trim('.', '_', '-');
        return BlobName.IsSegment(name) ? name : "weights";
    }

    private static TimmConfig ReadConfig(string path)
    {
        try
        {
            return TimmConfig.Parse(ReadSmall(path));
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{path} can't be read: {e.Message}");
        }
    }

    private static List<string> ReadClasses(string path) =>
        [.. System.Text.Encoding.UTF8.GetString(ReadSmall(path)).TrimStart('\uFEFF').Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    private static byte[] ReadSmall(string path) => new FileInfo(path) is { Exists: true, Length: > TimmConfig.MaxBytes }
        ? throw new UsageException($"{path} is longer than the limit of {TimmConfig.MaxBytes} bytes.")
        : File.ReadAllBytes(path);

    private static List<double> Numbers(string option, string text)
    {
        var parts = text.Split(',');
        List<double> numbers =
        [
            .. parts.Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : double.NaN),
        ];
        return numbers.Count == 3 && numbers.TrueForAll(double.IsFinite)
            ? numbers
            : throw new UsageException($"{option} takes three numbers, such as 0.485,0.456,0.406.");
    }
}
