"""The networks in PyTorch, written for this comparison alone, and safetensors files read and written with nothing but the standard library.

    reference.py logits FOLDER    reads case.json, weights.safetensors and images.safetensors in FOLDER, writes logits.safetensors
    reference.py make FOLDER      reads case.json and images.safetensors, trains a few steps from PyTorch's own initialisation,
                                  writes weights.safetensors and logits.safetensors

FOLDER may hold one case, or folders with one case each. case.json is {"network": "WRN-16-2", "classes": 10}.
"""
import json
import math
import pathlib
import re
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F


def read_safetensors(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        begin, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(data[8 + length + begin:8 + length + end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    names = {torch.float32: "F32", torch.int64: "I64"}
    header, parts, offset = {}, [], 0
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


class PreActivationBlock(nn.Module):
    def __init__(self, inputs, layers, stride):
        super().__init__()
        self.count = len(layers)
        channels = inputs
        for i, (kernel, outputs) in enumerate(layers, start=1):
            setattr(self, f"bn{i}", nn.BatchNorm2d(channels))
            setattr(self, f"conv{i}", nn.Conv2d(channels, outputs, kernel, stride if i == 1 else 1, kernel // 2, bias=False))
            channels = outputs
        self.shortcut = nn.Conv2d(inputs, channels, 1, stride, bias=False) if inputs != channels else None

    def forward(self, x):
        first = F.relu(self.bn1(x))
        y = self.conv1(first)
        for i in range(2, self.count + 1):
            y = getattr(self, f"conv{i}")(F.relu(getattr(self, f"bn{i}")(y)))
        return y + (x if self.shortcut is None else self.shortcut(first))


class PreActivationNet(nn.Module):
    """Images of 32x32: a convolution to 16 channels, three groups, BN-ReLU, mean, linear."""

    def __init__(self, blocks, layers_of_group, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        channels = 16
        for group in range(3):
            layers = layers_of_group(group)
            members = []
            for block in range(blocks):
                members.append(PreActivationBlock(channels, layers, 2 if group > 0 and block == 0 else 1))
                channels = layers[-1][1]
            setattr(self, f"group{group + 1}", nn.Sequential(*members))
        self.bn = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.group3(self.group2(self.group1(self.conv1(x))))
        return self.fc(F.relu(self.bn(x)).mean((2, 3)))


class PostActivationBlock(nn.Module):
    def __init__(self, inputs, layers, strided, stride):
        super().__init__()
        self.count = len(layers)
        channels = inputs
        for i, (kernel, outputs) in enumerate(layers, start=1):
            setattr(self, f"conv{i}", nn.Conv2d(channels, outputs, kernel, stride if i == strided else 1, kernel // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(outputs))
            channels = outputs
        self.downsample = None
        if stride != 1 or inputs != channels:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = F.relu(y) if i < self.count else y
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ImageNetNet(nn.Module):
    """Images of 224x224: 7x7 to 64 channels, maximum, four groups, mean, linear."""

    def __init__(self, depth, width, bottleneck, classes):
        super().__init__()
        counts = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}[depth]
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels = 64
        for group, count in enumerate(counts):
            planes = int(width * 64 * 2 ** group)
            layers = [(1, planes), (3, planes), (1, 256 * 2 ** group)] if bottleneck else [(3, planes), (3, planes)]
            members = []
            for block in range(count):
                members.append(PostActivationBlock(channels, layers, 2 if bottleneck else 1, 2 if group > 0 and block == 0 else 1))
                channels = layers[-1][1]
            setattr(self, f"layer{group + 1}", nn.Sequential(*members))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def build(name, classes):
    if match := re.fullmatch(r"WRN-(\d+)-([\d.]+)-(imagenet|bottleneck)", name):
        return ImageNetNet(int(match[1]), float(match[2]), match[3] == "bottleneck", classes)
    if match := re.fullmatch(r"ResNet-(\d+)(?:-(basic|bottleneck))?", name):
        depth = int(match[1])
        if match[2] == "bottleneck" or (match[2] is None and depth in (164, 1001)):
            return PreActivationNet((depth - 2) // 9, lambda g: [(1, 16 << g), (3, 16 << g), (1, 64 << g)], classes)
        return PreActivationNet((depth - 2) // 6, lambda g: [(3, 16 << g), (3, 16 << g)], classes)
    match = re.fullmatch(r"WRN-(\d+)-(\d+)(?:-B\(([\d,]+)\))?", name)
    assert match, f"{name} is no network that is known here"
    kernels = [int(k) for k in (match[3] or "3,3").split(",")]
    return PreActivationNet((int(match[1]) - 4) // 6, lambda g: [(k, (16 << g) * int(match[2])) for k in kernels], classes)


def logits(case, folder):
    model = build(case["network"], case["classes"])
    read = model.load_state_dict(read_safetensors(folder / "weights.safetensors"), strict=False)

    # PyTorch counts batches beside the statistics; evaluation does not use the count.
    missing = [k for k in read.missing_keys if not k.endswith("num_batches_tracked")]
    assert not missing and not read.unexpected_keys, f"missing {missing}, unexpected {read.unexpected_keys}"
    model.eval()
    with torch.no_grad():
        write_safetensors(folder / "logits.safetensors", {"logits": model(read_safetensors(folder / "images.safetensors")["images"])})


def make(case, folder):
    torch.manual_seed(11)
    model = build(case["network"], case["classes"])
    images = read_safetensors(folder / "images.safetensors")["images"]
    labels = torch.arange(len(images)) % case["classes"]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True, weight_decay=5e-4)
    for _ in range(4):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    assert math.isfinite(loss.item()), "the loss is not finite"
    model.eval()
    with torch.no_grad():
        write_safetensors(folder / "logits.safetensors", {"logits": model(images)})
    write_safetensors(folder / "weights.safetensors", model.state_dict())


def main():
    command, root = {"logits": logits, "make": make}[sys.argv[1]], pathlib.Path(sys.argv[2])
    torch.set_num_threads(2)
    for path in sorted(root.rglob("case.json")):
        command(json.loads(path.read_text()), path.parent)


main()
