namespace WrnCloud.Jobs;

/// <summary>The numbers of arXiv 1605.07146 (v4): errors in per cent, CIFAR's the median of five runs, Table 9's a single one.</summary>
internal static class PaperTables
{
    /// <summary>In place of a table for what stands in the running text.</summary>
    public const string Text = "text";

    private const string PreActivation = "arXiv 1603.05027";
    private const string PostActivation = "arXiv 1512.03385";

    /// <summary>Every row with a network that can be built here, in the tables' order.</summary>
    public static IReadOnlyList<PaperRow> Rows { get; } =
    [
        Zca("table2", "WRN-40-2-B(1,3,1)", 6.06),
        Zca("table2", "WRN-40-2-B(3,1)", 5.78),
        Zca("table2", "WRN-40-2-B(1,3)", 6.42),
        Zca("table2", "WRN-40-2-B(3,1,1)", 5.86),
        Zca("table2", "WRN-28-2", 5.73),
        Zca("table2", "WRN-22-2-B(3,1,3)", 5.78),

        Zca("table3", "WRN-40-2-l1", 6.69),
        Zca("table3", "WRN-40-2", 5.43),
        Zca("table3", "WRN-40-2-l3", 5.65),
        Zca("table3", "WRN-40-2-l4", 5.93),

        Zca("table4", "WRN-40-1", 6.85, 30.89),
        Zca("table4", "WRN-40-2", 5.33, 26.04),
        Zca("table4", "WRN-40-4", 4.97, 22.89),
        Zca("table4", "WRN-40-8", 4.66),
        Zca("table4", "WRN-28-10", 4.17, 20.50),
        Zca("table4", "WRN-28-12", 4.33, 20.43),
        Zca("table4", "WRN-22-8", 4.38, 21.22),
        Zca("table4", "WRN-22-10", 4.44, 20.75),
        Zca("table4", "WRN-16-8", 4.81, 22.07),
        Zca("table4", "WRN-16-10", 4.56, 21.59),

        MeanStd("table5", "ResNet-110", 6.37) with { QuotedFrom = PreActivation },
        MeanStd("table5", "ResNet-164", 5.46, 24.33) with { QuotedFrom = PreActivation },
        MeanStd("table5", "ResNet-1001", 4.92, 22.71) with { QuotedFrom = PreActivation },
        MeanStd("table5", "ResNet-1001", 4.64) with { QuotedFrom = PreActivation, BatchSize = 64 },
        MeanStd("table5", "WRN-40-4", 4.53, 21.18),
        MeanStd("table5", "WRN-16-8", 4.27, 20.43),
        MeanStd("table5", "WRN-28-10", 4.00, 19.25),

        MeanStd("table6", "WRN-16-4", 5.02, 24.03, 1.85),
        MeanStd("table6", "WRN-16-4", 5.24, 23.91, 1.64) with { Dropout = true },
        MeanStd("table6", "WRN-28-10", 4.00, 19.25),
        MeanStd("table6", "WRN-28-10", 3.89, 18.85) with { Dropout = true },
        MeanStd("table6", "WRN-52-1", 6.43, 29.89, 2.08),
        MeanStd("table6", "WRN-52-1", 6.28, 29.78, 1.70) with { Dropout = true },

        MeanStd(Text, "WRN-16-8", svhn: 1.81),
        MeanStd("table9", "WRN-40-10", 3.8, 18.3) with { Dropout = true },
        MeanStd("table9", "WRN-16-8", svhn: 1.54) with { Dropout = true },

        Imagenet("table7", "ResNet-18", 30.4, 10.93),
        Imagenet("table7", "WRN-18-1.5-imagenet", 27.06, 9.0),
        Imagenet("table7", "WRN-18-2-imagenet", 25.58, 8.06),
        Imagenet("table7", "WRN-18-3-imagenet", 24.06, 7.33),
        Imagenet("table7", "ResNet-34", 26.77, 8.67),
        Imagenet("table7", "WRN-34-1.5-imagenet", 24.5, 7.58),
        Imagenet("table7", "WRN-34-2-imagenet", 23.39, 7.00),
        Imagenet("table8", "ResNet-50", 24.01, 7.02) with { QuotedFrom = PostActivation },
        Imagenet("table8", "ResNet-101", 22.44, 6.21) with { QuotedFrom = PostActivation },
        Imagenet("table8", "ResNet-152", 22.16, 6.16) with { QuotedFrom = PostActivation },
        Imagenet("table8", "WRN-50-2-bottleneck", 21.9, 6.03),
    ];

    private static PaperRow Zca(string table, string model, double? cifar10 = null, double? cifar100 = null) =>
        new(table, model, Preprocessing.Zca) { Cifar10 = cifar10, Cifar100 = cifar100 };

    private static PaperRow MeanStd(string table, string model, double? cifar10 = null, double? cifar100 = null, double? svhn = null) =>
        new(table, model, Preprocessing.MeanStd) { Cifar10 = cifar10, Cifar100 = cifar100, Svhn = svhn };

    private static PaperRow Imagenet(string table, string model, double top1, double top5) =>
        new(table, model, Preprocessing.MeanStd) { Imagenet = top1, ImagenetTop5 = top5 };
}
