#!/usr/bin/env python3
"""Classifies pictures with a downloaded version, without WrnCloud: pip install onnxruntime pillow numpy.

    python3 predict.py FOLDER PICTURE…     one line of JSON for each picture
    python3 predict.py FOLDER --check      compares the version's own samples with what they must give

FOLDER holds the version's model.onnx, signature.json and samples/.
"""

import json
import pathlib
import sys

import numpy
from PIL import Image, ImageOps


def prepare(path, steps):
    """A picture's file as the model's input, uint8 1×S×S×3: the steps of signature.json's "preprocessing", in their order."""
    image = Image.open(path)
    if getattr(image, "is_animated", False):
        raise ValueError(f"{path} is animated")
    image = ImageOps.exif_transpose(image)
    image = rgb(image)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side))
    resize, crop = steps["resize"], steps["crop"]
    if side != resize:
        # Of Pillow's filters the one that is nearest to the decoder's.
        image = image.resize((resize, resize), Image.HAMMING if side > resize else Image.BILINEAR)
    margin = (resize - crop) // 2
    image = image.crop((margin, margin, margin + crop, margin + crop))
    return numpy.asarray(image, numpy.uint8)[numpy.newaxis]


def rgb(image):
    """8-bit RGB; transparent pixels over white."""
    if image.mode.startswith("I"):
        image = Image.fromarray((numpy.asarray(image, numpy.int64) >> 8).astype(numpy.uint8))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def answer(session, signature, path):
    names = [output["name"] for output in signature["outputs"]]
    values = dict(zip(names, session.run(names, {"images": prepare(path, signature["preprocessing"])})))
    probabilities = values["probabilities"][0].astype(float)
    best = int(probabilities.argmax())
    result = {"picture": str(path), "class": signature["classes"][best], "p": round(probabilities[best], 6)}
    if signature.get("unsureBelow") is not None:
        result["decision"] = result["class"] if probabilities[best] >= signature["unsureBelow"] else "unsure"
    if "distance" in values:
        result["distance"] = round(float(values["distance"][0]), 3)
    return result, probabilities


def check(session, signature, folder):
    """Whether the samples give what they must: the very pixels where nothing is scaled, and elsewhere what another filter leaves of them."""
    expected = json.loads((folder / "samples" / "expected.json").read_text("utf-8"))
    differences = {False: 0.0, True: 0.0}
    for picture in expected["pictures"]:
        _, probabilities = answer(session, signature, folder / "samples" / picture["file"])
        difference = float(abs(probabilities - numpy.array(picture["probabilities"])).max())
        differences[picture["isScaled"]] = max(differences[picture["isScaled"]], difference)
    print(json.dumps({"samples": len(expected["pictures"]), "difference": differences[False], "scaledDifference": differences[True]}))
    return differences[False] <= expected["tolerance"] and differences[True] <= expected["scaledTolerance"]


def main(arguments):
    import onnxruntime

    if len(arguments) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[0])
    signature = json.loads((folder / "signature.json").read_text("utf-8"))
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    if arguments[1] == "--check":
        sys.exit(0 if check(session, signature, folder) else 1)
    for path in arguments[1:]:
        print(json.dumps(answer(session, signature, path)[0], ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
