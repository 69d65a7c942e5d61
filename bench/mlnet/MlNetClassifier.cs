using Microsoft.ML;
using Microsoft.ML.Data;
using Featurizer = Microsoft.ML.Data.TransformerChain<Microsoft.ML.Data.TransformerChain<Microsoft.ML.Transforms.ColumnCopyingTransformer>>;

namespace WrnCloud.MlNetPeer;

/// <summary>
/// Image classification as ML.NET's documentation has it: its featurizer's ResNet-18, one picture at a time, then a linear trainer on the features,
/// which are computed once for both trainers.
/// </summary>
internal sealed class MlNetClassifier
{
    private const int Side = 224;
    private static readonly TimeProvider Clock = TimeProvider.System;
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>Fits both trainers.</summary>
    /// <param name="pictures">To train and to test on.</param>
    /// <param name="alreadySeconds">What the process took until now.</param>
    public IReadOnlyList<FitResult> Measure(PictureFolder pictures, double alreadySeconds)
    {
        var started = Clock.GetTimestamp();
        var featurizer = CreateFeaturizer();
        var train = _ml.Data.LoadFromEnumerable(Features(featurizer, pictures.Train));
        var test = _ml.Data.LoadFromEnumerable(Features(featurizer, pictures.Test));
        var featuresSeconds = alreadySeconds + Clock.GetElapsedTime(started).TotalSeconds;
        var trainers = _ml.MulticlassClassification.Trainers;
        return
        [
            Fit("L-BFGS", trainers.LbfgsMaximumEntropy(), train, test, featuresSeconds),
            Fit("SDCA", trainers.SdcaMaximumEntropy(), train, test, featuresSeconds),
        ];
    }

    /// <summary>How fast features come.</summary>
    public FeatureRate MeasureFeatures(IReadOnlyList<Picture> pictures, int count)
    {
        var featurizer = CreateFeaturizer();
        _ = Features(featurizer, [.. pictures.Take(2)]);
        var some = pictures.Take(count).ToList();
        var started = Clock.GetTimestamp();
        _ = Features(featurizer, some);
        return new FeatureRate(some.Count, Clock.GetElapsedTime(started).TotalSeconds);
    }

    private Featurizer CreateFeaturizer() => _ml.Transforms.LoadImages("Image", null, nameof(Picture.Path))
        .Append(_ml.Transforms.ResizeImages("Image", Side, Side))
        .Append(_ml.Transforms.ExtractPixels("Pixels", "Image"))
        .Append(_ml.Transforms.DnnFeaturizeImage("Features", m => m.ModelSelector.ResNet18(_ml, m.OutputColumn, m.InputColumn), "Pixels"))
        .Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Picture>()));

    private List<FeatureRow> Features(Featurizer featurizer, IReadOnlyList<Picture> pictures)
    {
        var seen = featurizer.Transform(_ml.Data.LoadFromEnumerable(pictures));
        return [.. _ml.Data.CreateEnumerable<FeatureRow>(seen, reuseRowObject: false)];
    }

    private FitResult Fit<T>(string name, IEstimator<T> trainer, IDataView train, IDataView test, double featuresSeconds)
        where T : class, ITransformer
    {
        var started = Clock.GetTimestamp();

        // Without the scaling both trainers are two points worse on photographs.
        var scaled = _ml.Transforms.Conversion.MapValueToKey("Label", nameof(FeatureRow.Class)).Append(_ml.Transforms.NormalizeMinMax("Features"));
        var model = scaled.Append(trainer).Fit(train);
        var scored = model.Transform(test);
        var pairs = scored.GetColumn<uint>("Label").Zip(scored.GetColumn<uint>("PredictedLabel"));
        return new FitResult(name, pairs.Count(p => p.First == p.Second), featuresSeconds + Clock.GetElapsedTime(started).TotalSeconds);
    }
}
