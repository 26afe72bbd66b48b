/** One person's own fields, in the shape of record-layouts.ts: headings, names that come again, lines without names. */
import type { Layout } from "./record-layouts.ts";

const usaRow = `<div class=f><span>Country</span><span>USA</span></div>`;

/** One person's fields: the country is the numbers'. */
export const sheets: readonly Layout[] = [
  [
    "items of one text",
    `<ul><li>Name: Ann</li><li>Phone: 4155552310</li><li>Country: USA</li></ul>`,
    { "4155552310": "+1 415 555 2310" },
  ],
  [
    "groups of fields with headings",
    `<div class=sheet><section><h3>Contact</h3><div class=f><span>Mobile</span><span>4155552311</span></div><div class=f><span>Office</span><span>4155552312</span></div></section><section><h3>Address</h3><div class=f><span>Street</span><span>1 Main St</span></div>${usaRow}</section></div>`,
    { "4155552311": "+1 415 555 2311", "4155552312": "+1 415 555 2312" },
  ],
  [
    "lines of a person with an address",
    `<div class=rec><div class=f><span>Home</span><span>4155552313</span></div><div class=f><span>Work</span><span>4155552314</span></div><div class=f><span>Address</span><span>1 Main St, Austin, TX 78701, USA</span></div></div>`,
    { "4155552313": "+1 415 555 2313", "4155552314": "+1 415 555 2314" },
  ],
  [
    "headings between one person's fields",
    `<div><h3>Contact</h3><div class=f><span>Mobile</span><span>4155552360</span></div><h3>Address</h3>${usaRow}</div><div><h3>Address</h3>${usaRow}<h3>Contact details</h3><div class=f><span>Mobile</span><span>4155552361</span></div></div><div><h2>Ann</h2>${usaRow}<h3>Telephone</h3><div class=f><span>Mobile</span><span>4155552362</span></div></div><table><tr><td colspan=2>Contact</td></tr><tr><td>Mobile</td><td>4155552363</td></tr><tr><td colspan=2>Address</td></tr><tr><td>Country</td><td>USA</td></tr></table>`,
    {
      "4155552360": "+1 415 555 2360",
      "4155552361": "+1 415 555 2361",
      "4155552362": "+1 415 555 2362",
      "4155552363": "+1 415 555 2363",
    },
  ],
  [
    "an office's address in pieces, and lines without names",
    `<div class=rec><div class=f><b>Mobile</b><span>4155552364</span></div><div class=f><b>Office</b><span>1 Main St</span><span>Austin, TX 78701, USA</span></div></div><div><p>Ann</p><p>4155552365</p><p>Acme</p><p>USA</p></div>`,
    { "4155552364": "+1 415 555 2364", "4155552365": "+1 415 555 2365" },
  ],
  [
    "fields of which some come again, or have no value",
    `<div class=rec><div class=f><span>Name</span><span>Ann</span></div><div class=f><span>Mobile</span><span>4155552366</span></div><div class=f><span>Mobile</span><span>4155552367</span></div><div class=f><span>Fax</span></div><div class=f><span>Title</span></div>${usaRow}</div><div><div class=k>Name</div><div class=v>Ann</div><div class=k>Phone</div><div class=v>4155552368</div><div class=k>Title</div><div class=v>Director</div><div class=k>Address</div><div class=v>1 Main St, Austin, TX 78701, USA</div></div><div><div>Name</div><div>Ann</div><div>Fax</div><div>-</div><div>Phone</div><div>4155552369</div><div>Ext</div><div>-</div><div>Address</div><div>1 Main St, Austin, TX 78701, USA</div></div>`,
    {
      "4155552366": "+1 415 555 2366",
      "4155552367": "+1 415 555 2367",
      "4155552368": "+1 415 555 2368",
      "4155552369": "+1 415 555 2369",
    },
  ],
  [
    "a card whose name is of a class, with a firm",
    `<div class=card><div class=name>Ann</div><a>4155552370</a><div class=org>Acme</div><div class=adr>Austin, TX 78701, USA</div></div><div class=card><div class=name>Joe's Garage</div><div class=f><span>Phone</span><span>4155552371</span></div>${usaRow}</div><div><b>Name:</b> Ann <b>Phone:</b> <a>4155552372</a> <b>Country:</b> USA</div>`,
    { "4155552370": "+1 415 555 2370", "4155552371": "+1 415 555 2371", "4155552372": "+1 415 555 2372" },
  ],
  [
    "names of lines, and a name with a colon",
    `<ul><li><b>Name</b> <i>Ann</i></li><li><b>Main</b> <i>4155552725</i></li><li><b>Country</b> <i>USA</i></li></ul><table><tr><td>Name<td>Ann</tr><tr><td>Main<td>4155552727</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Name</b><i>Ann</i></div><div class=f><b>Main</b><i>4155552728</i></div><div class=f><b>Country</b><i>USA</i></div></div><ul><li><b>Name</b> <i>Ann</i></li><li><b>Number</b> <i>4155552729</i></li><li><b>Country</b> <i>USA</i></li></ul><table><tr><td>Name<td>Ann</tr><tr><td>Number<td>4155552731</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Name</b><i>Ann</i></div><div class=f><b>Number</b><i>4155552732</i></div><div class=f><b>Country</b><i>USA</i></div></div><ul><li><b>Name</b> <i>Ann</i></li><li><b>Zentrale</b> <i>4155552733</i></li><li><b>Country</b> <i>USA</i></li></ul><table><tr><td>Name<td>Ann</tr><tr><td>Zentrale<td>4155552735</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Name</b><i>Ann</i></div><div class=f><b>Zentrale</b><i>4155552736</i></div><div class=f><b>Country</b><i>USA</i></div></div><ul><li><b>Name</b> <i>Ann</i></li><li><b>Phone number</b> <i>4155552737</i></li><li><b>Country</b> <i>USA</i></li></ul><table><tr><td>Name<td>Ann</tr><tr><td>Phone number<td>4155552739</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Name</b><i>Ann</i></div><div class=f><b>Phone number</b><i>4155552740</i></div><div class=f><b>Country</b><i>USA</i></div></div><table><tr><td>Name<td>Ann</tr><tr><td>Puhelin:<td>4155552741</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Name</b><i>Ann</i></div><div class=f><b>Puhelin:</b><i>4155552742</i></div><div class=f><b>Country</b><i>USA</i></div></div>`,
    {
      "4155552725": "+1 415 555 2725",
      "4155552727": "+1 415 555 2727",
      "4155552728": "+1 415 555 2728",
      "4155552729": "+1 415 555 2729",
      "4155552731": "+1 415 555 2731",
      "4155552732": "+1 415 555 2732",
      "4155552733": "+1 415 555 2733",
      "4155552735": "+1 415 555 2735",
      "4155552736": "+1 415 555 2736",
      "4155552737": "+1 415 555 2737",
      "4155552739": "+1 415 555 2739",
      "4155552740": "+1 415 555 2740",
      "4155552741": "+1 415 555 2741",
      "4155552742": "+1 415 555 2742",
    },
  ],
  [
    "pinned halves of row 0",
    `<div role=grid><div><div role=row aria-rowindex=0><i role=gridcell>4155552760</i></div></div><div><div role=row aria-rowindex=0><i role=gridcell>USA</i></div></div></div>`,
    { "4155552760": "+1 415 555 2760" },
  ],
  [
    "headings that are no person's, two e-mail addresses, and a bare address",
    `<div><h4>Contact information</h4><div class=f><span>Phone</span><span>4155552374</span></div><h4>Additional information</h4>${usaRow}</div><div><div class=f><span>Email</span><span>a@b.example</span></div><div class=f><span>Phone</span><span>4155552375</span></div><div class=f><span>Email</span><span>c@d.example</span></div>${usaRow}</div><div><span>Ann</span><p>4155552376</p><span>Acme</span>Austin, TX 78701, USA</div><dl><dt>Assistant phone<dd>-<dt>Phone<dd>4155552377<dt>Country<dd>USA</dl>`,
    {
      "4155552377": "+1 415 555 2377",
      "4155552374": "+1 415 555 2374",
      "4155552375": "+1 415 555 2375",
      "4155552376": "+1 415 555 2376",
    },
  ],
];
