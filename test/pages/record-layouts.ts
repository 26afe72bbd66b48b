/**
 * Layouts of records, each in a `main` of its own, as a person sees them: what shows the country of a number, and what
 * does not, as it is another record's.
 */
import { evidence } from "./record-evidence.ts";
import { hidden } from "./record-hidden.ts";
import { parted, whole } from "./record-parted.ts";
import { people } from "./record-people.ts";
import { sheets } from "./record-sheets.ts";
import { slots } from "./record-slots.ts";

/** What it tries, its HTML, and how each of its numbers is read out: with its code where the country is told, else null. */
export type Layout = readonly [name: string, html: string, numbers: Record<string, string | null>];

const shapes: readonly Layout[] = [
  [
    "dl",
    `<dl><dt>Mobile</dt><dd>4155550100</dd><dt>Country</dt><dd>USA</dd></dl>`,
    { "4155550100": "+1 415 555 0100" },
  ],
  [
    "dl div-wrapped",
    `<dl><div><dt>Mobile</dt><dd>4155550101</dd></div><div><dt>Country</dt><dd>US</dd></div></dl>`,
    { "4155550101": "+1 415 555 0101" },
  ],
  [
    "dl div-wrapped deep, many",
    `<dl>${["Name", "Title", "Email", "Fax"].map((x) => `<div class=f><dt><span>${x}</span></dt><dd><span>x</span></dd></div>`).join("")}<div class=f><dt><span>Mobile</span></dt><dd><div><span>4155550102</span></div></dd></div><div class=f><dt><span>Work</span></dt><dd><div><span>4155550103</span></div></dd></div><div class=f><dt><span>Country</span></dt><dd>US</dd></div></dl>`,
    { "4155550102": "+1 415 555 0102", "4155550103": "+1 415 555 0103" },
  ],
  [
    "two dl records",
    `<div><dl><dt>Phone</dt><dd>4155550104</dd><dt>Name</dt><dd>Bo</dd></dl><dl><dt>Phone</dt><dd>4155550105</dd><dt>Name</dt><dd>Jo</dd><dt>Country</dt><dd>USA</dd></dl></div>`,
    { "4155550104": null, "4155550105": "+1 415 555 0105" },
  ],
  [
    "one dl, several records by dt",
    `<dl><dt>Bo</dt><dd>4155550106</dd><dt>Country</dt><dd>US</dd></dl>`,
    { "4155550106": "+1 415 555 0106" },
  ],
  [
    "card siblings",
    `<div class=card><h3>Jane</h3><p>4155550107</p><p>United States</p></div>`,
    { "4155550107": "+1 415 555 0107" },
  ],
  [
    "cards, mine without",
    `<div class=list><div class=card><b>Bo</b><span>4155550108</span></div><div class=card><b>Jo</b><span>4155550109</span><i>USA</i></div></div>`,
    { "4155550108": null, "4155550109": "+1 415 555 0109" },
  ],
  [
    "cards, neighbour has no number",
    `<div class=list><div class=card><b>Bo</b><span>4155550110</span></div><div class=card><b>Jo</b><span>-</span><i>USA</i></div></div>`,
    { "4155550110": null },
  ],
  [
    "cards nested",
    `<div class=list><div class=card><div><div><b>Bo</b></div><div><span>4155550111</span></div></div></div><div class=card><div><div><b>Jo</b></div><div><span>4155550112</span></div><div>USA</div></div></div></div>`,
    { "4155550111": null, "4155550112": "+1 415 555 0112" },
  ],
  [
    "fields in divs",
    `<div class=rec><div class=f><span>Phone</span><span>4155550113</span></div><div class=f><span>Mobile</span><span>4155550114</span></div><div class=f><span>Country</span><span>US</span></div></div>`,
    { "4155550113": "+1 415 555 0113", "4155550114": "+1 415 555 0114" },
  ],
  [
    "fields in divs, German",
    `<div class=rec><div class=f><span>Rufnummer</span><span>0171 3920000</span></div><div class=f><span>Handy</span><span>0171 3920001</span></div><div class=f><span>Land</span><span>Deutschland</span></div></div>`,
    { "0171 3920000": "+49 171 3920000", "0171 3920001": "+49 171 3920001" },
  ],
  [
    "property table td td",
    `<table><tr><td>Phone</td><td>4155550115</td></tr><tr><td>Name</td><td>Bo</td></tr><tr><td>Country</td><td>US</td></tr></table>`,
    { "4155550115": "+1 415 555 0115" },
  ],
  [
    "list table td td",
    `<table><tr><td>Bo</td><td>4155550116</td></tr><tr><td>Jo</td><td>USA</td></tr></table>`,
    { "4155550116": null },
  ],
  [
    "table four cells",
    `<table><tr><td>Phone</td><td>0171 3920002</td><td>Country</td><td>DE</td></tr></table>`,
    { "0171 3920002": "+49 171 3920002" },
  ],
  [
    "property table and header",
    `<section><h2>Weber GmbH, Germany</h2><table><tr><th>Phone</th><td>0171 3920003</td></tr><tr><th>Name</th><td>Klaus</td></tr></table></section>`,
    { "0171 3920003": "+49 171 3920003" },
  ],
  [
    "heading",
    `<section><h2>Germany</h2><p>0171 3920004</p></section>`,
    { "0171 3920004": "+49 171 3920004" },
  ],
  [
    "heading over a list",
    `<section><h3>Germany</h3><ul><li>Klaus 0171 3920005</li><li>Anna 0171 3920006</li><li>Uwe 0171 3920007</li></ul></section>`,
    {
      "0171 3920005": "+49 171 3920005",
      "0171 3920006": "+49 171 3920006",
      "0171 3920007": "+49 171 3920007",
    },
  ],
  [
    "two headings over lists",
    `<h3>Germany</h3><ul><li>Klaus 0171 3920008</li><li>Anna 0171 3920009</li></ul><h3>United States</h3><ul><li>Jo 4155550117</li><li>Bo 4155550118</li></ul>`,
    {
      "0171 3920008": "+49 171 3920008",
      "0171 3920009": "+49 171 3920009",
      "4155550117": "+1 415 555 0117",
      "4155550118": "+1 415 555 0118",
    },
  ],
  [
    "heading after is none",
    `<ul><li>Klaus 0171 3920010</li><li>Anna 0171 3920011</li></ul><h3>Germany</h3><ul><li>Jo 4155550119</li><li>Bo 4155550120</li></ul>`,
    { "0171 3920010": null, "0171 3920011": null, "4155550119": null, "4155550120": null },
  ],
  [
    "caption",
    `<table><caption>Germany</caption><tr><td>Klaus</td><td>0171 3920012</td></tr><tr><td>Uwe</td><td>0171 3920013</td></tr></table>`,
    { "0171 3920012": "+49 171 3920012", "0171 3920013": "+49 171 3920013" },
  ],
  [
    "group row",
    `<table><tr><th colspan=2>Germany</th></tr><tr><td>Klaus</td><td>0171 3920014</td></tr><tr><th colspan=2>United States</th></tr><tr><td>Bo</td><td>4155550121</td></tr></table>`,
    { "0171 3920014": "+49 171 3920014", "4155550121": "+1 415 555 0121" },
  ],
  [
    "own country beats heading",
    `<h3>Germany</h3><ul><li>Jo 4155550122 USA</li><li>Bo 4155550123 USA</li></ul>`,
    { "4155550122": "+1 415 555 0122", "4155550123": "+1 415 555 0123" },
  ],
  [
    "second form",
    `<div class=sheet><form><label>Name <input value=Bo></label><label>Phone <input type=tel value="4155550124"></label></form><form><label>Street <input value="1 Main St"></label><label>Country <select><option>France<option selected>United States</select></label></form></div>`,
    { "4155550124": "+1 415 555 0124" },
  ],
  [
    "second form in sections",
    `<div class=sheet><section><h3>Contact</h3><form><label>Phone <input type=tel value="4155550125"></label></form></section><section><h3>Address</h3><form><label>City <input value="Austin"></label><label>Country <input value="United States"></label></form></section></div>`,
    { "4155550125": "+1 415 555 0125" },
  ],
  [
    "forms of two records",
    `<div><form class=r><label>Name <input value=Bo></label><label>Phone <input type=tel value="4155550126"></label></form><form class=r><label>Name <input value=Jo></label><label>Phone <input type=tel value="4155550127"></label><label>Country <input value="United States"></label></form></div>`,
    { "4155550126": null, "4155550127": "+1 415 555 0127" },
  ],
  [
    "address element",
    `<article><h3>Bo</h3><p>4155550128</p><address>500 Howard St<br>San Francisco, CA 94105</address></article>`,
    { "4155550128": "+1 415 555 0128" },
  ],
  [
    "address lines",
    `<div class=card><div>Klaus</div><div>0171 3920015</div><div>Torstr. 1</div><div>10115 Berlin</div><div>Deutschland</div></div>`,
    { "0171 3920015": "+49 171 3920015" },
  ],
  [
    "long row",
    `<table>${[0, 1, 2].map((i) => `<tr>${Array.from({ length: 150 }, (_, k) => `<td>c${k}</td>`).join("")}<td>${i === 1 ? "0171 3920016" : "x"}</td><td>${i === 1 ? "-" : "Germany"}</td></tr>`).join("")}</table>`,
    { "0171 3920016": null },
  ],
  [
    "long row with its own",
    `<table>${[0, 1, 2].map((i) => `<tr>${Array.from({ length: 150 }, (_, k) => `<td>c${k}</td>`).join("")}<td>${i === 1 ? "0171 3920017" : "x"}</td><td>${i === 1 ? "Germany" : "United States"}</td></tr>`).join("")}</table>`,
    { "0171 3920017": "+49 171 3920017" },
  ],
  [
    "long div row",
    `<div class=grid>${[0, 1, 2].map((i) => `<div class=row>${Array.from({ length: 130 }, (_, k) => `<span>c${k}</span>`).join("")}<span>${i === 1 ? "0171 3920018" : "x"}</span><span>${i === 1 ? "-" : "Germany"}</span></div>`).join("")}</div>`,
    { "0171 3920018": null },
  ],
  [
    "table of two fields a row",
    `<table><tr><th>Mobile</th><td>4155550150</td><th>Work</th><td>4155550151</td></tr><tr><th>Street</th><td>1 Main St</td><th>Country</th><td>USA</td></tr></table>`,
    { "4155550150": "+1 415 555 0150", "4155550151": "+1 415 555 0151" },
  ],
  [
    "table of two fields a row, by their class",
    `<table><tr><td class=item-label>Name</td><td>Bo</td><td class=item-label>Phone</td><td>4155550152</td></tr><tr><td class=item-label>Country</td><td colspan=3>USA</td></tr></table>`,
    { "4155550152": "+1 415 555 0152" },
  ],
  [
    "table of records, each with a heading",
    `<table><tr><th>Bo</th><td>4155550153</td><td>Sales</td><td>-</td></tr><tr><th>Jo</th><td>4155550154</td><td>Sales</td><td>USA</td></tr></table>`,
    { "4155550153": null, "4155550154": "+1 415 555 0154" },
  ],
  [
    "note in a form",
    `<form><div class=item><label>E-mail</label><input value=x></div><div class=item><label>Country <input value=USA></label></div><div class=item><label>Remark</label><textarea>Ring 415 555 0155</textarea></div></form>`,
    { "415 555 0155": "+1 415 555 0155" },
  ],
  [
    "line that a search marked",
    `<div><div>Acme, <mark>Austin</mark>, USA</div><div>Tel. 4155550156</div><div>IBAN: DE89 3704 0044 0532 0130 00</div></div>`,
    { "4155550156": "+1 415 555 0156" },
  ],
  [
    "country of each of two records in one list",
    `<div><div class=f><b>Bo</b><span>4155550166</span></div><div class=f><b>Country</b><span>USA</span></div><div class=f><b>Jo</b><span>4155550167</span></div><div class=f><b>Country</b><span>Germany</span></div></div>`,
    { "4155550166": null, "4155550167": null },
  ],
  [
    "records in a list with a country of something else",
    `<ul><li class=r><b>Bo</b><i>Sales</i><i>Ms</i><span>4155550168</span></li><li class=r><b>Jo</b><i>Sales</i><i>Ms</i><span>4155550169</span></li><li class=r><b>Country</b><i>USA</i></li></ul>`,
    { "4155550168": null, "4155550169": null },
  ],
  [
    "records of two texts below their headings",
    `<div><div class=r><b>Phone</b><b>Country</b></div><div class=r><b>4155550174</b><b>-</b></div><div class=r><b>4155550175</b><b>USA</b></div></div><table><tr><th>Phone<th>Country<tr><td>4155550176<td>-<tr><td>4155550177<td>USA</table>`,
    {
      "4155550174": null,
      "4155550175": "+1 415 555 0175",
      "4155550176": null,
      "4155550177": "+1 415 555 0177",
    },
  ],
  [
    "fields of several people in one list, by their roles",
    `<div role=table><div role=row><span role=cell>Name</span><span role=cell>Ann</span></div><div role=row><span role=cell>Phone</span><span role=cell>4155550190</span></div><div role=row><span role=cell>Name</span><span role=cell>Jo</span></div><div role=row><span role=cell>Mobile</span><span role=cell>4155550191</span></div><div role=row><span role=cell>Country</span><span role=cell>USA</span></div></div>`,
    { "4155550190": null, "4155550191": null },
  ],
  [
    "people as the names of rows, with a fax among them",
    `<div><div class=f><b>Ann</b><span>4155550192</span></div><div class=f><b>Fax</b><span>-</span></div><div class=f><b>Jo</b><span>4155550193</span></div><div class=f><b>Country</b><span>USA</span></div></div>`,
    { "4155550192": null, "4155550193": null },
  ],
  [
    "people as the names of rows, with an office and a fax among them",
    `<ul><li><b>Ann Weber</b> <span>4155550181</span></li><li><b>Jo Miller</b> <span>USA</span></li><li><b>Office</b> <span>-</span></li><li><b>Fax</b> <span>-</span></li></ul>`,
    { "4155550181": null },
  ],
  [
    "people as the names of rows, with an office and a fax that are hidden",
    `<ul><li><b>Ann Weber</b> <span>4155550182</span></li><li><b>Jo Miller</b> <span>USA</span></li><li hidden><b>Office</b> <span>-</span></li><li hidden><b>Fax</b> <span>-</span></li></ul>`,
    { "4155550182": null },
  ],
  [
    "people below their headings, one at the head office",
    `<table><tr><th>Name<th>Office<th>Phone<tr><td>Ann<td>HQ<td><tr><td>Bo<td>Home<td><tr><td>Cy<td>USA<td><tr><td>Di<td><td>4155550180</table>`,
    { "4155550180": null },
  ],
  [
    "cells of two people in a component's slots",
    `<x-grid><template shadowrootmode=open><table role=treegrid><tr role=row><td role=gridcell><slot name=1></slot><td role=gridcell><slot name=2></slot><td role=gridcell><slot name=3></slot><tr role=row><td role=gridcell><slot name=4></slot><td role=gridcell><slot name=5></slot><td role=gridcell><slot name=6></slot></table></template><x-cell slot=1>Ann</x-cell><x-cell slot=2>4155550171</x-cell><x-cell slot=3></x-cell><x-cell slot=4>Jo</x-cell><x-cell slot=5>-</x-cell><x-cell slot=6>USA</x-cell></x-grid>`,
    { "4155550171": null },
  ],
];

export const layouts: readonly Layout[] = [
  ...shapes,
  ...evidence,
  ...hidden,
  ...people,
  ...sheets,
  ...parted,
  ...slots,
  ...whole,
];

export const layoutsPage = (
  layouts: readonly Layout[],
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Layouts</title>
<link rel="icon" href="data:,"></head><body>
${layouts.map(([, html]) => (html.startsWith("<main") ? html : `<main>${html}</main>`)).join("\n")}
</body></html>`;
