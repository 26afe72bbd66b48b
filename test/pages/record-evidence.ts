/** What counts as evidence of a number's country in a record, in the shape of record-layouts.ts: links, visible text, its own blocks. */
import type { Layout } from "./record-layouts.ts";

export const evidence: readonly Layout[] = [
  [
    "hidden attr",
    `<div class=card><b>K</b><p>0171 3920019</p><p hidden>Germany</p></div>`,
    { "0171 3920019": null },
  ],
  [
    "display none",
    `<div class=card><b>K</b><p>0171 3920020</p><div style="display:none"><p>Country: Germany</p></div></div>`,
    { "0171 3920020": null },
  ],
  [
    "visibility",
    `<div class=card><b>K</b><p>0171 3920021</p><p style="visibility:hidden">Germany</p></div>`,
    { "0171 3920021": null },
  ],
  [
    "opacity",
    `<div class=card><b>K</b><p>0171 3920022</p><p style="opacity:0">Germany</p></div>`,
    { "0171 3920022": null },
  ],
  [
    "zero size",
    `<div class=card><b>K</b><p>0171 3920023</p><p style="width:0;height:0;overflow:hidden">Germany</p></div>`,
    { "0171 3920023": null },
  ],
  [
    "zero size outer",
    `<div class=card><b>K</b><p>0171 3920024</p><div style="height:0;overflow:hidden"><div><p>Germany</p></div></div></div>`,
    { "0171 3920024": null },
  ],
  [
    "sr-only",
    `<div class=card><b>K</b><p>0171 3920025</p><p style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)">Germany</p></div>`,
    { "0171 3920025": null },
  ],
  [
    "off screen",
    `<div class=card><b>K</b><p>0171 3920026</p><p style="position:absolute;left:-9999px">Germany</p></div>`,
    { "0171 3920026": null },
  ],
  [
    "font size 0",
    `<div class=card><b>K</b><p>0171 3920027</p><p style="font-size:0">Germany</p></div>`,
    { "0171 3920027": null },
  ],
  [
    "aria-hidden is seen",
    `<div class=card><b>K</b><p>0171 3920028</p><p aria-hidden=true>Germany</p></div>`,
    { "0171 3920028": "+49 171 3920028" },
  ],
  [
    "closed details",
    `<div class=card><b>K</b><p>0171 3920029</p><details><summary>More</summary><p>Germany</p></details></div>`,
    { "0171 3920029": null },
  ],
  [
    "hidden select",
    `<form><label>Phone <input type=tel value="4155550129"></label><select name=country style="display:none"><option selected>United States</select></form>`,
    { "4155550129": null },
  ],
  [
    "hidden input",
    `<form><label>Phone <input type=tel value="4155550130"></label><input type=hidden name=country value="United States"></form>`,
    { "4155550130": null },
  ],
  [
    "hidden between",
    `<div class=card><b>K</b><p>0171 3920030</p><p hidden>United States</p><p>Germany</p></div>`,
    { "0171 3920030": "+49 171 3920030" },
  ],
  [
    "hidden flag",
    `<p><span class="flag flag-us" hidden></span> <span>4155550131</span></p>`,
    { "4155550131": null },
  ],
  [
    "flag",
    `<p><span class="flag flag-us"></span> <span>4155550132</span></p>`,
    { "4155550132": "+1 415 555 0132" },
  ],
  [
    "link around",
    `<p><a href="tel:+493023125000">030 23125000</a></p>`,
    { "030 23125000": "+49 30 23125000" },
  ],
  [
    "link around in record of another country",
    `<table><tr><td>K</td><td><a href="tel:+493023125001"><span>030 23125001</span></a></td><td>United Kingdom</td></tr></table>`,
    { "030 23125001": "+49 30 23125001" },
  ],
  [
    "link beside",
    `<table><tr><td>K</td><td>030 23125002 <a href="tel:+493023125002"><svg></svg></a></td></tr></table>`,
    { "030 23125002": "+49 30 23125002" },
  ],
  [
    "link beside in next cell",
    `<table><tr><td>K</td><td>030 23125003</td><td><a href="tel:+49-30-23125003">Call</a></td></tr></table>`,
    { "030 23125003": "+49 30 23125003" },
  ],
  [
    "link beside of another number",
    `<table><tr><td>K</td><td>0171 3920031</td><td><a href="tel:+493040001234">Call</a></td></tr></table>`,
    { "0171 3920031": null, "": "+49 30 40001234" },
  ],
  [
    "british text, foreign link",
    `<p><a href="tel:+353209123401">020 912 3401</a></p>`,
    { "020 912 3401": "+353 20 912 3401" },
  ],
  [
    "link of a valid British text",
    `<p><a href="tel:+497700900123">07700 900123</a></p>`,
    { "07700 900123": "+49 7700 900123" },
  ],
  [
    "link without a code",
    `<p><a href="tel:07700900124">07700 900124</a></p>`,
    { "07700 900124": "+44 7700 900124" },
  ],
  [
    "neighbour block",
    `<div class=contact><b>K</b><p>0171 3920032</p></div><aside><h4>News</h4><p>Germany</p></aside>`,
    { "0171 3920032": null },
  ],
  [
    "neighbour block div",
    `<div class=contact><b>K</b><p>0171 3920033</p></div><div class=news><p>Germany</p></div>`,
    { "0171 3920033": null },
  ],
  [
    "sheet sections",
    `<div class=sheet><header><h2>Klaus</h2><p>0171 3920034</p></header><section><h3>Address</h3><p>Torstr. 1</p><p>10115 Berlin</p><p>Germany</p></section></div>`,
    { "0171 3920034": "+49 171 3920034" },
  ],
  [
    "page sheet",
    `<main><h1>Klaus</h1><section><h2>Contact</h2><p>0171 3920035</p></section><section><h2>Address</h2><p>Torstr. 1, 10115 Berlin</p><p>Germany</p></section></main>`,
    { "0171 3920035": "+49 171 3920035" },
  ],
  [
    "page sheet labelled",
    `<main><h1>Klaus</h1><div class=a><p>0171 3920036</p></div><div class=b><p>Country: Germany</p></div></main>`,
    { "0171 3920036": "+49 171 3920036" },
  ],
  [
    "related list",
    `<main><h1>Klaus</h1><div class=a><p>0171 3920037</p></div><h2>Deals</h2><ul><li>Deal 1 Germany</li><li>Deal 2 Spain</li></ul></main>`,
    { "0171 3920037": null },
  ],
  [
    "nav",
    `<nav><a>Germany</a><a>France</a></nav><div class=c><b>K</b><p>0171 3920038</p></div>`,
    { "0171 3920038": null },
  ],
  [
    "language picker",
    `<div class=c><b>K</b><p>0171 3920039</p></div><select><option>Deutschland<option>France</select>`,
    { "0171 3920039": null },
  ],
  [
    "two-row div list",
    `<div class=l><div><span>Bo</span><span>4155550133</span><span>-</span></div><div><span>Jo</span><span>4155550134</span><span>USA</span></div></div>`,
    { "4155550133": null, "4155550134": "+1 415 555 0134" },
  ],
  [
    "p rows",
    `<div><p>Bo 4155550135</p><p>Jo 4155550136, USA</p></div>`,
    { "4155550135": null, "4155550136": "+1 415 555 0136" },
  ],
  [
    "role rows",
    `<div role=table><div role=row><span role=cell>Bo</span><span role=cell>4155550137</span></div><div role=row><span role=cell>Jo</span><span role=cell>USA</span></div></div>`,
    { "4155550137": null },
  ],
  [
    "two lines of one person",
    `<div class=card><h3>Jane</h3><p>Work: 4155550138</p><p>Mobile: 4155550139</p><p>United States</p></div>`,
    { "4155550138": "+1 415 555 0138", "4155550139": "+1 415 555 0139" },
  ],
  [
    "two lines in li",
    `<div class=card><h3>Jane</h3><ul><li>4155550140</li><li>4155550141</li></ul><p>United States</p></div>`,
    { "4155550140": "+1 415 555 0140", "4155550141": "+1 415 555 0141" },
  ],
  [
    "master detail cards",
    `<main><div class=side><div class=item><b>Ann</b><span>500 Howard St, San Francisco, CA 94105</span></div><div class=item><b>Bea</b><span>1 Main St, Austin, TX 78701</span></div></div><div class=detail><h2>Klaus</h2><p>0171 3920040</p></div></main>`,
    { "0171 3920040": null },
  ],
  [
    "other block with its number",
    `<div class=x><div class=primary><b>Bo</b><span>4155550142</span></div><div class=secondary><b>Jo</b><span>4155550143</span><span>USA</span></div></div>`,
    { "4155550142": null, "4155550143": "+1 415 555 0143" },
  ],
  [
    "flag of another line",
    `<div class=x><b>K</b><div>0171 3920041</div><div><span class="flag flag-de"></span> 0171 3920042</div></div>`,
    { "0171 3920041": null, "0171 3920042": "+49 171 3920042" },
  ],
  [
    "tabs",
    `<main><div class=sheet><header><h1>Weber GmbH</h1><span>Berlin, Germany</span></header><div role=tablist><button>Contact</button></div><div role=tabpanel><p>0171 3920043</p></div><div role=tabpanel hidden><p>Country: France</p></div></div></main>`,
    { "0171 3920043": "+49 171 3920043" },
  ],
  [
    "slds",
    `<div class="slds-grid"><div class="slds-form-element"><span class="slds-form-element__label">Phone</span><div class="slds-form-element__control"><a href="tel:4155550144">4155550144</a></div></div><div class="slds-form-element"><span class="slds-form-element__label">Account Owner</span><div>Jordan</div></div><div class="slds-form-element"><span class="slds-form-element__label">Billing Address</span><div><a>500 Howard St<br>San Francisco, CA 94105<br>United States</a></div></div></div>`,
    { "4155550144": "+1 415 555 0144" },
  ],
  [
    "contact number row, and an owner's",
    `<table><tr><td>Contact number</td><td>4155550145</td></tr><tr><td>Owner</td><td>Jordan</td></tr><tr><td>Country</td><td>US</td></tr></table>`,
    { "4155550145": null },
  ],
  [
    "signature",
    `<div>Klaus Weber<br>Weber GmbH<br>10115 Berlin, Germany<br>Tel: 0171 3920044</div>`,
    { "0171 3920044": "+49 171 3920044" },
  ],
  ["text with its country", `<p>Jane, 4155550146, USA</p>`, { "4155550146": "+1 415 555 0146" }],
  [
    "company section",
    `<div class=sheet><section><h3>Contact</h3><p>0171 3920045</p></section><section><h3>Address</h3><p>Torstr. 1</p><p>10115 Berlin</p><p>Germany</p><p>Tel 0171 3920046</p></section></div>`,
    { "0171 3920045": "+49 171 3920045", "0171 3920046": "+49 171 3920046" },
  ],
  [
    "grid divs with header",
    `<div role=grid><div role=row><span role=columnheader aria-colindex=1>Phone</span><span role=columnheader aria-colindex=2>Country</span></div><div role=row><span role=gridcell aria-colindex=1>0171 3920047</span><span role=gridcell aria-colindex=2>DE</span></div><div role=row><span role=gridcell aria-colindex=1>0171 3920048</span><span role=gridcell aria-colindex=2>-</span></div></div>`,
    { "0171 3920047": "+49 171 3920047", "0171 3920048": null },
  ],
  [
    "th rows two col table with heading",
    `<table><thead><tr><th>Name</th><th>Phone</th></tr></thead><tbody><tr><td>Klaus</td><td>0171 3920049</td></tr></tbody></table><p>Germany</p>`,
    { "0171 3920049": null },
  ],
  [
    "cards under headings",
    `<h2>Germany</h2><div class=g><div class=card><b>Klaus</b><p>0171 3920050</p></div><div class=card><b>Uwe</b><p>0171 3920051</p></div></div>`,
    { "0171 3920050": "+49 171 3920050", "0171 3920051": "+49 171 3920051" },
  ],
  [
    "fieldsets",
    `<form><fieldset><legend>Contact</legend><label>Phone <input type=tel value="4155550147"></label></fieldset><fieldset><legend>Address</legend><label>Street <input value="x"></label><label>Country <input value="United States"></label></fieldset></form>`,
    { "4155550147": "+1 415 555 0147" },
  ],
];
