"""Trains a Wide ResNet in PyTorch, or fine-tunes a ResNet, as people write it, and prints one line of JSON with what it took.

    peer.py --net WRN-16-2 --batch 128 --seconds 20 [--threads N] [--device cpu|cuda] [--precision fp32|bf16]
            [--layout nchw|channels_last] [--compile]
    peer.py --version
"""
import argparse
import json
import re
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


WARM_UP = 3
MIN_STEPS = 3


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if inputs != outputs else None

    def forward(self, x):
        y = self.relu(self.bn1(x))
        shortcut = x if self.shortcut is None else self.shortcut(y)
        y = self.conv2(self.relu(self.bn2(self.conv1(y))))
        return y + shortcut


class WideResNet(nn.Module):
    def __init__(self, depth, width, classes=10):
        super().__init__()
        blocks = (depth - 4) // 6
        channels = [16, 16 * width, 32 * width, 64 * width]
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.groups = nn.Sequential(*[
            nn.Sequential(*[
                Block(channels[g] if b == 0 else channels[g + 1], channels[g + 1], 2 if g > 0 and b == 0 else 1)
                for b in range(blocks)
            ])
            for g in range(3)
        ])
        self.bn = nn.BatchNorm2d(channels[3])
        self.relu = nn.ReLU(inplace=True)
        self.fc = nn.Linear(channels[3], classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        x = self.relu(self.bn(self.groups(self.conv1(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


class ResNet(nn.Module):
    """Basic blocks as torchvision has them, fine-tuned: stem and the first two groups frozen in evaluation mode and computed without gradient."""

    def __init__(self, blocks, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1))
        channels = [64, 64, 128, 256, 512]
        self.groups = nn.ModuleList(
            nn.Sequential(*[
                BasicBlock(channels[g] if b == 0 else channels[g + 1], channels[g + 1], 2 if g > 0 and b == 0 else 1) for b in range(blocks[g])
            ])
            for g in range(4)
        )
        self.fc = nn.Linear(512, classes)
        self.frozen = [self.stem, self.groups[0], self.groups[1]]
        for module in self.frozen:
            module.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        for module in self.frozen:
            module.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            for module in self.frozen:
                x = module(x)
        for group in self.groups[2:]:
            x = group(x)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def build(name):
    """The network of a name, and the side of its images."""
    if match := re.fullmatch(r"WRN-(\d+)-(\d+)", name):
        return WideResNet(int(match[1]), int(match[2])), 32
    if match := re.fullmatch(r"ResNet-(\d+)-(\d+)-(\d+)-(\d+)", name):
        return ResNet([int(n) for n in match.groups()]), 224
    sys.exit(f"{name} is neither WRN-DEPTH-WIDTH nor ResNet-N-N-N-N")


def augment(images):
    """Flip and crop from reflected padding of 4 pixels, as operations on the whole batch."""
    count, size = images.shape[0], images.shape[-1]
    flip = torch.rand(count, device=images.device) < 0.5
    images = torch.where(flip[:, None, None, None], images.flip(3), images)
    padded = F.pad(images, (4, 4, 4, 4), mode="reflect")
    places = torch.arange(size, device=images.device)
    rows = torch.randint(0, 9, (count, 1), device=images.device) + places
    columns = torch.randint(0, 9, (count, 1), device=images.device) + places
    batch = torch.arange(count, device=images.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()


def train(options):
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    device = torch.device(options.device)
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.backends.cuda.matmul.allow_tf32 = True
    model, size = build(options.net)
    model = model.to(device)
    layout = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
    model = model.to(memory_format=layout)
    forward = torch.compile(model) if options.compile else model
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    count = 4096 if size == 32 else 128
    pixels = torch.randint(0, 256, (count, 3, size, size), dtype=torch.uint8)
    labels = torch.randint(0, 10, (count,))
    mean = torch.tensor([0.491, 0.482, 0.447]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.247, 0.243, 0.262]).view(1, 3, 1, 1)
    started = used = None
    done = 0
    while done < WARM_UP + MIN_STEPS or time.perf_counter() - started < options.seconds:
        if done == WARM_UP:
            if device.type == "cuda":
                torch.cuda.synchronize()
            started, used = time.perf_counter(), cpu_seconds()
        places = torch.randint(0, count, (options.batch,))
        images = augment((pixels[places].float() / 255 - mean) / deviation)
        images = images.to(device, memory_format=layout)
        target = labels[places].to(device)
        model.train()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=options.precision == "bf16"):
            loss = F.cross_entropy(forward(images), target)
        loss.backward()
        optimizer.step()
        loss.item()
        done += 1
    elapsed, used = time.perf_counter() - started, cpu_seconds() - used
    images = (done - WARM_UP) * options.batch
    return {
        "imagesPerSecond": images / elapsed,
        "cpuSecondsPerImage": used / images,
        "peakRssBytes": peak_rss(),
        "threads": torch.get_num_threads(),
        "precision": options.precision,
        "library": f"PyTorch {torch.__version__}",
    }


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_rss():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--net", required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--layout", choices=("nchw", "channels_last"), default="nchw")
    parser.add_argument("--compile", action="store_true")
    if sys.argv[1:] == ["--version"]:
        print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(), "cuda": torch.cuda.is_available(), "compile": hasattr(torch, "compile")}))
        return
    options = parser.parse_args()
    if options.compile and not hasattr(torch, "compile"):
        sys.exit(f"PyTorch {torch.__version__} has no torch.compile")
    print(json.dumps(train(options)))


main()
