/**
 * Records in the layouts that CRMs have, each with a number without a country code. Something beside the number shows its
 * country. If nothing does, or only something in another record, the country must stay open.
 */

/** The written form of each number on the page, and its right reading: E.164, or null if the country is open. */
export const recordsOf: Record<string, string | null> = {
  "4155550101": "+1 415 555 0101",
  "0171 3920012": "+49 171 3920012",
  "07700 900123": "+44 7700 900123",
  "4155550102": null,
  "2125550103": null,
  "2125550104": "+1 212 555 0104",
  "2125550105": "+1 212 555 0105",
  "6175550106": "+1 617 555 0106",
  "7135550107": null,
  "2065550108": "+1 206 555 0108",
  "3035550109": "+1 303 555 0109",
  "3125550110": "+1 312 555 0110",
  "8085550111": "+1 808 555 0111",
  "4155550112": "+1 415 555 0112",
  "01 99 00 12 13": "+33 1 99 00 12 13",
};

export const recordsPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Records</title>
<link rel="icon" href="data:,"><style>body{font:14px/1.5 sans-serif;margin:12px}td,th{padding:2px 8px;text-align:left}
section,dl,ul,form{margin:6px 0}dt{float:left;width:90px}</style></head><body><main>
<table id="contacts"><thead><tr><th>Name</th><th>Phone</th><th>Country</th></tr></thead><tbody>
  <tr><td>Jane</td><td><a href="tel:4155550101">4155550101</a></td><td>United States</td></tr>
  <tr><td>Klaus</td><td>0171 3920012</td><td>Germany</td></tr>
  <tr><td>Ann</td><td>07700 900123</td><td>UK</td></tr>
  <tr id="open"><td>Bo</td><td><a href="tel:4155550102">4155550102</a></td><td>-</td></tr>
</tbody></table>
<table><tr><th>Phone</th><td>2125550103</td></tr><tr><th>Owner</th><td>Jordan</td></tr><tr><th>Country</th><td>US</td></tr></table>
<dl><dt>Mobile</dt><dd>2125550104</dd><dt>City</dt><dd>Chicago</dd><dt>Country</dt><dd>USA</dd></dl>
<ul><li><label>Phone</label> <span>2125550105</span></li><li><label>Address</label> <span>1 Main St, Austin, TX 78701</span></li></ul>
<ul><li>Sam <b>6175550106</b> <i>USA</i></li><li>Kim <b>7135550107</b> <i>VIP</i></li></ul>
<form>${[
  ...[
    "matches",
    "closest",
    "querySelector",
    "querySelectorAll",
    "getAttribute",
    "parentElement",
    "parentNode",
  ],
  ...["childNodes", "children", "textContent", "tagName", "classList", "checkVisibility", "contains"],
]
  // A field hides its form's own member of that name.
  .map((name) => `<input type="hidden" name="${name}">`)
  .join("")}<label>Phone <input type="tel" name="phone" value="2065550108"></label>
  <label>Country <select name="country"><option>France<option selected>United States</select></label></form>
<p><span class="flag flag-us"></span> <span>3035550109</span></p>
<div role="grid"><div role="row"><span role="columnheader" aria-colindex="1">Phone</span><span role="columnheader" aria-colindex="2">Country</span></div>
  <div><div role="row" aria-rowindex="2"><span role="gridcell" aria-colindex="1">3125550110</span></div></div>
  <div><div role="row" aria-rowindex="2"><span role="gridcell" aria-colindex="2">US</span></div></div></div>
<section><h3>Company</h3><div id="shadow"></div><p>🇺🇸 Honolulu office</p></section>
</main>
<div role="dialog"><header><h2>Marie</h2><p>01 99 00 12 13</p></header>
  <section><h3>Address</h3><p>1 Rue de la République</p><p>69001 Lyon</p><p>France</p></section>
  <table><thead><tr><th>Colleague</th><th>Phone</th><th>Country</th></tr></thead>
    <tr><td>Joe</td><td>4155550112</td><td>United States</td></tr></table></div>
<script>
  const root = document.getElementById("shadow").attachShadow({ mode: "open" });
  root.innerHTML = "<span>8085550111</span>";
</script></body></html>`;
