"""torchvision's networks with random weights and statistics, saved as people save them, and what they compute.

    torchvision_weights.py FOLDER

writes FOLDER/images.f32 (2×3×64×64), and for each network NAME.logits.f32 with the files that hold it.
"""
import pathlib
import sys

import torch
import torchvision

SIZE, CLASSES = 64, 11


def randomise(network):
    for name, module in network.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            last = name.endswith(("bn3", "downsample.1")) or (name.endswith("bn2") and isinstance(network.layer1[0], torchvision.models.resnet.BasicBlock))
            torch.nn.init.uniform_(module.weight, *((0.2, 0.6) if last else (0.6, 1.4)))
            torch.nn.init.normal_(module.bias, 0, 0.2)
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    return network.eval()


def main(folder):
    torch.manual_seed(1605)
    torch.set_num_threads(2)
    images = torch.randn(2, 3, SIZE, SIZE)
    (folder / "images.f32").write_bytes(images.numpy().tobytes())

    def save_logits(name, network):
        with torch.no_grad():
            (folder / f"{name}.logits.f32").write_bytes(network(images).numpy().tobytes())

    small = randomise(torchvision.models.resnet18(num_classes=CLASSES))
    save_logits("resnet18", small)
    torch.save(small.state_dict(), folder / "resnet18.pth")
    torch.save({"epoch": 3, "state_dict": {f"module.{k}": v for k, v in small.state_dict().items()}}, folder / "resnet18-wrapped.pth")
    torch.save(small.state_dict(), folder / "resnet18-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(small, folder / "resnet18-object.pth")
    torch.jit.script(small).save(folder / "resnet18-script.pth")
    torch.onnx.export(small, images, str(folder / "resnet18-folded.onnx"))
    torch.onnx.export(small, images, str(folder / "resnet18-norms.onnx"), training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    half = {k: v.half() if v.is_floating_point() else v for k, v in small.state_dict().items()}
    torch.save(half, folder / "resnet18-half.pth")
    small.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in half.items()})
    save_logits("resnet18-half", small)

    wide = randomise(torchvision.models.wide_resnet50_2(num_classes=CLASSES))
    save_logits("wide_resnet50_2", wide)
    torch.save(wide.state_dict(), folder / "wide_resnet50_2.pth")


main(pathlib.Path(sys.argv[1]))
