using WrnCloud.TrainerJob.Tests.Support;

// libtorch's threads and its generator belong to the process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: FreesMemory]
