"""Trains a Wide ResNet in PyTorch, as people write it, and prints one line of JSON with what it took.

    peer.py --net WRN-16-2 --batch 128 --warmup 3 --steps 10 [--threads N] [--device cpu|cuda] [--precision fp32|bf16]
            [--layout nchw|channels_last] [--compile]
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
    match = re.fullmatch(r"WRN-(\d+)-(\d+)", options.net)
    model = WideResNet(int(match[1]), int(match[2])).to(device)
    layout = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format
    model = model.to(memory_format=layout)
    forward = torch.compile(model) if options.compile else model
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    count = 4096
    pixels = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8)
    labels = torch.randint(0, 10, (count,))
    mean = torch.tensor([0.491, 0.482, 0.447]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.247, 0.243, 0.262]).view(1, 3, 1, 1)
    started = used = None
    for step in range(options.warmup + options.steps):
        if step == options.warmup:
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
    elapsed, used = time.perf_counter() - started, cpu_seconds() - used
    images = options.steps * options.batch
    return {
        "imagesPerSecond": images / elapsed,
        "cpuSecondsPerImage": used / images,
        "peakRssBytes": peak_rss(),
        "peakDeviceBytes": torch.cuda.max_memory_allocated() if device.type == "cuda" else None,
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
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--layout", choices=("nchw", "channels_last"), default="nchw")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    if options.compile and not hasattr(torch, "compile"):
        sys.exit(f"PyTorch {torch.__version__} has no torch.compile")
    print(json.dumps(train(options)))


main()
