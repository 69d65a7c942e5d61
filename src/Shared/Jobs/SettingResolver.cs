using System.Numerics;
using WrnCloud.Errors;

namespace WrnCloud.Jobs;

/// <summary>Lays a request's overrides over a recipe's settings, each within its range.</summary>
internal static class SettingResolver
{
    /// <summary>The settings, or null when the recipe is unknown; wrong overrides are added to the errors either way.</summary>
    public static TrainingSettings? Resolve(TrainingSettings? recipe, SettingOverrides? overrides, List<FieldError> errors)
    {
        var o = overrides ?? new SettingOverrides();
        Check("epochs", o.Epochs, 1, 1000, errors);
        Check("batchSize", o.BatchSize, 1, 4096, errors);
        Check("learningRate", o.LearningRate, 1e-8, 10, errors);
        Check("momentum", o.Momentum, 0, 0.999, errors);
        Check("weightDecay", o.WeightDecay, 0, 1, errors);
        Check("labelSmoothing", o.LabelSmoothing, 0, 0.9, errors);
        Check("dropout", o.Dropout, 0, 0.9, errors);
        Check("cropPadding", o.CropPadding, 0, 16, errors);
        Check("cropScale", o.CropScale, 0.1, 1, errors);
        Check("validationShare", o.ValidationShare, 0, 0.5, errors);
        Check("progressiveFrom", o.ProgressiveFrom, 0.25, 1, errors);
        Check("balanceAbove", o.BalanceAbove, 1, 1000, errors);
        Check("cutout", o.Cutout, 0, 32, errors);
        Check("mixup", o.Mixup, 0, 10, errors);
        Check("emaDecay", o.EmaDecay, 0, 0.99999, errors);
        Check("gradientClip", o.GradientClip, 0, 1000, errors);
        Check("patience", o.Patience, 0, 1000, errors);
        Check("targetTop1", o.TargetTop1, 0.001, 1, errors);
        Check("maxSteps", o.MaxSteps, 1, 10_000_000, errors);
        if (recipe is null) return null;
        return recipe with
        {
            Epochs = o.Epochs ?? recipe.Epochs,
            BatchSize = o.BatchSize ?? recipe.BatchSize,
            LearningRate = o.LearningRate ?? recipe.LearningRate,
            Momentum = o.Momentum ?? recipe.Momentum,
            WeightDecay = o.WeightDecay ?? recipe.WeightDecay,
            LabelSmoothing = o.LabelSmoothing ?? recipe.LabelSmoothing,
            Dropout = o.Dropout ?? recipe.Dropout,
            Flip = o.Flip ?? recipe.Flip,
            CropPadding = o.CropPadding ?? recipe.CropPadding,
            Padding = o.Padding ?? recipe.Padding,
            CropScale = o.CropScale ?? recipe.CropScale,
            ValidationShare = o.ValidationShare ?? recipe.ValidationShare,
            ProgressiveFrom = o.ProgressiveFrom ?? recipe.ProgressiveFrom,
            HeadFirst = o.HeadFirst ?? recipe.HeadFirst,
            BalanceAbove = o.BalanceAbove ?? recipe.BalanceAbove,
            Cutout = o.Cutout ?? recipe.Cutout,
            Mixup = o.Mixup ?? recipe.Mixup,
            Preprocessing = o.Preprocessing ?? recipe.Preprocessing,
            EmaDecay = o.EmaDecay ?? recipe.EmaDecay,
            GradientClip = o.GradientClip ?? recipe.GradientClip,
            Patience = o.Patience ?? recipe.Patience,
            TargetTop1 = o.TargetTop1 ?? recipe.TargetTop1,
            Precision = o.Precision ?? recipe.Precision,
            MaxSteps = o.MaxSteps ?? recipe.MaxSteps,
        };
    }

    private static void Check<T>(string name, T? value, T min, T max, List<FieldError> errors)
        where T : struct, INumber<T>
    {
        if (value is not { } v || (v >= min && v <= max)) return;
        errors.Add(TrainingRequestValidator.OutOfRange($"/overrides/{name}", v, $"{min} to {max}"));
    }
}
