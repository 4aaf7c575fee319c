"""Cuts Inter down to what charts write, into this folder: python subset.py FOLDER.

FOLDER is where `npm pack inter-ui@4.1.1` was unpacked. Needs `pip install fonttools brotli`.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

# ASCII, Latin-1 and Latin Extended-A: the languages of Europe and America that are written in Latin letters.
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ȘșȚțẞ")]
SIGNS = "\u2007\u2009\u202f‐‑–—−‘’‚“”„†‡•…‰‹›€™←↑→↓≈≠≤≥▲▼●"


def tabular(font):
    """Glyphs of proportional figures, and those of one width that replace them."""
    gsub = font["GSUB"].table
    lookups = {
        index
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    glyphs = {}
    for index in sorted(lookups):
        for table in gsub.LookupList.Lookup[index].SubTable:
            glyphs.update(getattr(table, "ExtSubTable", table).mapping)
    return glyphs


def cut(source, target):
    font = TTFont(source)
    font.flavor = None
    glyphs = tabular(font)
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if chr(code).isdigit() or chr(code) == "−":
                table.cmap[code] = glyphs.get(glyph, glyph)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "STAT", "gasp", "prep"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*LETTERS, *map(ord, SIGNS)])
    subsetter.subset(font)
    font.save(target)


here = pathlib.Path(__file__).parent
for weight in ("Regular", "SemiBold"):
    cut(pathlib.Path(sys.argv[1]) / "web" / f"Inter-{weight}.woff2", here / f"Inter-{weight}.ttf")
