"""Cuts Inter down to what charts write: python subset.py FOLDER, where `npm pack @fontsource/inter` was unpacked.

Needs `pip install fonttools brotli`.
"""
import sys
from fontTools.ttLib import TTFont
from fontTools import subset
TEXT = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0·–—−…×%±"
for weight, name in ((400, "Regular"), (600, "SemiBold")):
    font = TTFont(f"{sys.argv[1]}/files/inter-latin-{weight}-normal.woff2")
    font.flavor = None
    gsub = font["GSUB"].table
    tnum = {}
    for rec in gsub.FeatureList.FeatureRecord:
        if rec.FeatureTag == "tnum":
            for i in rec.Feature.LookupListIndex:
                for st in gsub.LookupList.Lookup[i].SubTable:
                    st = getattr(st, "ExtSubTable", st)
                    tnum.update(st.mapping)
    for t in font["cmap"].tables:
        for c, g in list(t.cmap.items()):
            if g in tnum and (chr(c).isdigit() or chr(c) in "−"):
                t.cmap[c] = tnum[g]
    o = subset.Options(); o.layout_features = []; o.hinting = False; o.name_IDs = [0, 1, 2, 13, 14]; o.notdef_outline = True; o.drop_tables += ["GPOS","GSUB","GDEF","STAT","gasp","prep"]
    s = subset.Subsetter(o); s.populate(text=TEXT); s.subset(font)
    font.save(f"Inter-{name}.ttf")
