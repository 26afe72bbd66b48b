/**
 * Several people in one list, table or component, in the shape of record-layouts.ts: the country of one is no other's.
 */
import type { Layout } from "./record-layouts.ts";

const usaRow = `<div class=f><span>Country</span><span>USA</span></div>`;

/** No country of these is that of the number: the number is asked. */
export const people: readonly Layout[] = [
  [
    "a person in each dt",
    `<dl><dt>Ann Weber</dt><dd>4155552200</dd><dt>Jo Miller</dt><dd>USA</dd><dt>Fax</dt><dd>-</dd></dl><dl><div><dt>Ann Weber</dt><dd>4155552201</dd></div><div><dt>Jo Miller</dt><dd>USA</dd></div><div><dt>Office</dt><dd>-</dd></div></dl>`,
    { "4155552200": null, "4155552201": null },
  ],
  [
    "a column for each person, with names",
    `<table><tr><th></th><th>Ann</th><th>Jo</th></tr><tr><th>Phone</th><td>4155552206</td><td>-</td></tr><tr><th>Country</th><td>-</td><td>USA</td></tr></table><table><tr><td>Name</td><td>Ann</td><td>Jo</td></tr><tr><td>Phone</td><td>4155552207</td><td></td></tr><tr><td>Country</td><td></td><td>USA</td></tr></table>`,
    { "4155552206": null, "4155552207": null },
  ],
  [
    "a column for each person, with pictures",
    `<table><tr><td></td><td><img width=9 height=9 alt=Ann></td><td><img width=9 height=9 alt=Jo></td></tr><tr><td>Phone</td><td>4155552208</td><td></td></tr><tr><td>Country</td><td></td><td>USA</td></tr></table><div role=table><div role=row><span role=cell>Phone</span><span role=cell>4155552209</span><span role=cell></span></div><div role=row><span role=cell>Country</span><span role=cell></span><span role=cell>USA</span></div></div>`,
    { "4155552208": null, "4155552209": null },
  ],
  [
    "a column for each person, in a component's slots",
    `<x-cols><template shadowrootmode=open><div><slot name=a></slot></div><div><slot name=b></slot></div></template><span slot=a>Ann</span><span slot=b>Jo</span><span slot=a>4155552210</span><span slot=b>USA</span></x-cols>`,
    { "4155552210": null },
  ],
  [
    "a row for each person, in a component's slots",
    `<x-list><template shadowrootmode=open><div role=row><slot name=p1></slot></div><div role=row><slot name=p2></slot></div></template><span slot=p1>Ann</span><b slot=p1>4155552211</b><span slot=p2>Jo</span><b slot=p2>USA</b></x-list>`,
    { "4155552211": null },
  ],
  [
    "a component for each person, named in its shadow",
    `<div><x-person><template shadowrootmode=open><h4>Ann</h4><slot></slot></template><div class=f><span>Phone</span><span>4155552212</span></div></x-person><x-person><template shadowrootmode=open><h4>Jo</h4><slot></slot></template>${usaRow}</x-person></div>`,
    { "4155552212": null },
  ],
  [
    "rows of components with cells of a grid",
    `<x-data-grid role=grid><x-row role=row><template shadowrootmode=open><slot></slot></template><x-cell role=gridcell>Ann</x-cell> <x-cell role=gridcell>4155552213</x-cell></x-row><x-row role=row><template shadowrootmode=open><slot></slot></template><x-cell role=gridcell>Jo</x-cell> <x-cell role=gridcell>USA</x-cell></x-row><x-row role=row><template shadowrootmode=open><slot></slot></template><x-cell role=gridcell>Office</x-cell> <x-cell role=gridcell>-</x-cell></x-row></x-data-grid>`,
    { "4155552213": null },
  ],
  [
    "a chat",
    `<ul><li><b>Ann</b><p>4155552214</p></li><li><b>Jo</b><p>USA</p></li><li><b>Home</b><p>Room closed</p></li></ul><div><div class=msg><i>Ann, 10:02</i><p>4155552215</p></div><div class=msg><i>Jo, 10:03</i><p>USA</p></div></div>`,
    { "4155552214": null, "4155552215": null },
  ],
  [
    "an org chart",
    `<ul><li><b>Ann Weber</b><span>4155552216</span><ul><li><b>Jo Miller</b><span>USA</span></li></ul></li></ul><ul><li><b>Jo Miller</b><span>USA</span><ul><li><b>Ann Weber</b><span>4155552217</span></li><li><b>Office</b><span>-</span></li></ul></li></ul>`,
    { "4155552216": null, "4155552217": null },
  ],
  [
    "blocks of lines in one wrapper",
    `<div><p>Ann Weber<br>4155552218</p><p>Jo Miller<br>USA</p></div><div><address>Ann Weber<br>4155552219</address><address>Jo Miller<br>1 Main St<br>Austin, TX 78701<br>USA</address></div>`,
    { "4155552218": null, "4155552219": null },
  ],
  [
    "contacts in an account that has a country",
    `<div class=rec><div class=f><span>Account</span><span>Acme</span></div>${usaRow}<h4>Contacts</h4><table><tr><th>Name<th>Phone<tr><td>Ann<td>4155552220<tr><td>Jo<td>4155552221</table></div><div class=rec><div class=f><span>Account</span><span>Acme</span></div>${usaRow}<div class=sub><div class=f><span>Ann Weber</span><span>4155552222</span></div><div class=f><span>Jo Miller</span><span>4155552223</span></div></div></div>`,
    { "4155552220": null, "4155552221": null, "4155552222": null, "4155552223": null },
  ],
  [
    "a table whose first row is a person",
    `<table><tr><td>Ann<td>4155552224</tr><tr><td>Jo<td>USA</tr><tr><td>Office<td>-</tr></table><table><tr><td>Ann<td>4155552225<td></tr><tr><td>Jo<td><td>USA</tr><tr><td>Fax<td>-<td></tr></table>`,
    { "4155552224": null, "4155552225": null },
  ],
  [
    "a line and its owner in each row",
    `<table><tr><td>Mobile<td>4155552226<td>Ann</tr><tr><td>Fax<td>USA<td>Jo</tr></table><ul><li><b>Mobile</b><i>4155552227</i></li><li><b>Jo Miller</b><i>USA</i></li></ul>`,
    { "4155552226": null, "4155552227": null },
  ],
  [
    "a list in each item",
    `<ul><li>Sales<ul><li>Ann</li><li>4155552228</li></ul></li><li>Support<ul><li>Jo</li><li>USA</li></ul></li></ul><ul><li><span>Phone</span><ul><li>Ann 4155552229</li></ul></li><li><span>Office</span><ul><li><b>Jo</b> <i>USA</i></li></ul></li></ul>`,
    { "4155552228": null, "4155552229": null },
  ],
  [
    "a household at one address",
    `<div class=rec><div class=f><b>Ann</b><span>4155552230</span></div><div class=f><b>Jo</b><span>4155552231</span></div><div class=f><b>Address</b><span>1 Main St, Austin, TX 78701, USA</span></div></div>`,
    { "4155552230": null, "4155552231": null },
  ],
  [
    "a log of calls",
    `<table><tr><td>10:02<td>4155552232</tr><tr><td>10:05<td>USA</tr><tr><td>10:07<td>-</tr></table><ul><li><b>4155552233</b><i>mobile</i></li><li><b>Jo Miller</b><i>USA</i></li></ul><ul><li><i>home</i><b>4155552234</b></li><li><i>USA</i><b>Jo Miller</b></li></ul>`,
    { "4155552232": null, "4155552233": null, "4155552234": null },
  ],
  [
    "two columns of fields",
    `<div class=cols><div class=col><div>Ann</div><div>4155552238</div></div><div class=col><div>Jo</div><div>USA</div></div></div><div class=cols><div class=col><div class=f><span>Buyer</span><span>Ann</span></div><div class=f><span>Phone</span><span>4155552239</span></div></div><div class=col><div class=f><span>Seller</span><span>Jo</span></div>${usaRow}</div></div>`,
    { "4155552238": null, "4155552239": null },
  ],
  [
    "who pays and who receives",
    `<div><div class=f><span>Bill to</span><span>Ann</span><span>4155552240</span></div><div class=f><span>Ship to</span><span>Jo</span><span>USA</span></div></div>`,
    { "4155552240": null },
  ],
  [
    "two people in each row",
    `<table><tr><td>Ann<td>4155552241<td>Jo<td>-</tr><tr><td>Cy<td>-<td>Di<td>USA</tr></table><table><tr><td>Ann<td>4155552242<td>Office<td>-</tr><tr><td>Cy<td>-<td>Fax<td>USA</tr></table>`,
    { "4155552241": null, "4155552242": null },
  ],
  [
    "a timeline",
    `<ol><li><time>Mon</time> <span>4155552245</span></li><li><time>Tue</time> <span>USA</span></li><li><time>Wed</time> <span>Home</span></li></ol>`,
    { "4155552245": null },
  ],
  [
    "results, each a link and a text",
    `<table><thead><tr><th>Employee<th>Note</thead><tbody><tr><td><a>Ann</a><td>4155552246<tr><td><a>Jo</a><td>USA<tr><td>Reception<td>-</table><div><div class=r><a>Reception</a><span>4155552247</span></div><div class=r><a>Jo Miller</a><span>USA</span></div></div>`,
    { "4155552246": null, "4155552247": null },
  ],
];
