namespace WrnCloud.Jobs;

/// <summary>The learning rate's course; a pure function of the step in either case.</summary>
public enum LearningRateSchedule
{
    /// <summary>Linear from lr/25 up to lr over the first 30 % of the steps, then a cosine down to lr/10,000 (Smith's one-cycle).</summary>
    OneCycle,

    /// <summary>Constant, multiplied by the drop factor at the start of each drop epoch, momentum reset there (the paper's).</summary>
    Steps,
}
