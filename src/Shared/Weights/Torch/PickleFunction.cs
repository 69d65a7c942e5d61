namespace WrnCloud.Weights.Torch;

/// <summary>The functions that a state dict calls. They are reimplemented here; none is run.</summary>
internal enum PickleFunction
{
    /// <summary><c>collections.OrderedDict()</c>.</summary>
    OrderedDict,

    /// <summary><c>torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)</c>.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_parameter(tensor, …)</c>.</summary>
    RebuildParameter,
}
