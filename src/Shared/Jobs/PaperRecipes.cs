namespace WrnCloud.Jobs;

/// <summary>
/// The recipes of arXiv 1605.07146: one for CIFAR, one for SVHN, and one for each number of Tables 2 to 9. A number's recipe is named
/// <c>paper/{table}/{data set}/{network}</c>, the network in lower case without parentheses and commas, then <c>-dropout</c> or <c>-batch-64</c>.
/// </summary>
internal static class PaperRecipes
{
    private const string Paper = "arXiv 1605.07146";

    private static readonly TrainingSettings Cifar = new()
    {
        Epochs = 200,
        BatchSize = 128,
        Schedule = LearningRateSchedule.Steps,
        LearningRate = 0.1,
        DropEpochs = [60, 120, 160],
        DropFactor = 0.2,
        Flip = true,
        CropPadding = 4,
        Precision = Precision.Fp32,
    };

    private static readonly TrainingSettings Svhn = new()
    {
        Epochs = 160,
        BatchSize = 128,
        Schedule = LearningRateSchedule.Steps,
        LearningRate = 0.01,
        DropEpochs = [80, 120],
        DropFactor = 0.1,
        Preprocessing = Preprocessing.Scale,
        Precision = Precision.Fp32,
    };

    // fb.resnet.torch's, which the paper's ImageNet nets were trained with.
    private static readonly TrainingSettings Imagenet = new()
    {
        Epochs = 90,
        BatchSize = 256,
        Schedule = LearningRateSchedule.Steps,
        LearningRate = 0.1,
        DropEpochs = [31, 61],
        DropFactor = 0.1,
        WeightDecay = 1e-4,
        Flip = true,
        Precision = Precision.Fp32,
    };

    public static IEnumerable<Recipe> All() =>
    [
        new(
            "paper/cifar",
            "The paper's recipe for CIFAR-10 and CIFAR-100 with any network: 200 epochs, 0.1 with drops by 0.2 at 60, 120 and 160, "
                + $"flip and reflection crop ({Paper}, section 3).",
            Cifar),
        new(
            "paper/svhn",
            "The paper's recipe for SVHN with any network: 160 epochs, 0.01 with drops by 0.1 at 80 and 120, dropout 0.4, "
                + $"no augmentation ({Paper}, section 3).",
            Svhn with { Dropout = 0.4 })
        {
            Dataset = RecipeDataset.Svhn,
        },
        .. PaperTables.Rows.SelectMany(Recipes),
    ];

    private static IEnumerable<Recipe> Recipes(PaperRow row)
    {
        var cifar = Cifar with { Preprocessing = row.Preprocessing, Dropout = row.Dropout ? 0.3 : 0, BatchSize = row.BatchSize ?? Cifar.BatchSize };
        if (row.Cifar10 is { } ten) yield return Recipe(row, RecipeDataset.Cifar10, "CIFAR-10", ten, cifar);
        if (row.Cifar100 is { } hundred) yield return Recipe(row, RecipeDataset.Cifar100, "CIFAR-100", hundred, cifar);
        if (row.Svhn is { } svhn) yield return Recipe(row, RecipeDataset.Svhn, "SVHN", svhn, Svhn with { Dropout = row.Dropout ? 0.4 : 0 });
        if (row.Imagenet is { } large) yield return Recipe(row, RecipeDataset.Imagenet, "ImageNet", large, Imagenet);
    }

    private static Recipe Recipe(PaperRow row, RecipeDataset dataset, string data, double error, TrainingSettings settings)
    {
        var network = row.Model.ToLowerInvariant()
            .Replace("(", "", StringComparison.Ordinal)
            .Replace(")", "", StringComparison.Ordinal)
            .Replace(",", "", StringComparison.Ordinal);
        var options = (row.Dropout ? "-dropout" : "") + (row.BatchSize is { } batch ? $"-batch-{batch}" : "");
        var place = row.Table == PaperTables.Text ? "section 3" : $"Table {row.Table["table".Length..]}";
        var runs = dataset != RecipeDataset.Imagenet;
        var with = $"{(row.Dropout ? $", dropout {settings.Dropout:0.0}" : "")}{(row.BatchSize is { } b ? $", batches of {b}" : "")}";
        var note = row.QuotedFrom is { } other ? $" The table quotes its error from {other}, which trains by a schedule of its own." : "";
        var not = runs ? "" : " By fb.resnet.torch's schedule, without its colour augmentation; resolved, not run.";
        return new Recipe(
            $"paper/{row.Table}/{dataset.ToString().ToLowerInvariant()}/{network}{options}",
            $"{row.Model} on {data}{with}: {Paper}, {place}.{note}{not}",
            settings)
        {
            Model = row.Model,
            Dataset = dataset,
            Reported = new ReportedResult(error, row.QuotedFrom is null ? $"{Paper}, {place}" : $"{Paper}, {place}, quoted from {row.QuotedFrom}")
            {
                Top5ErrorPercent = row.ImagenetTop5,
            },
            Runs = runs,
        };
    }
}
