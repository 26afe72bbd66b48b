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
    "kanban cards",
    `<div class=board><div><div>Phone</div><div>4155552205</div></div><div><div>Home</div><div class=card><b>Jo Miller</b><span>USA</span></div></div><div><div>Work</div><div>-</div></div></div>`,
    { "4155552205": null },
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
    "a ranking and a timeline",
    `<ol><li><span>1.</span><span>4155552244</span></li><li><span>2.</span><span>USA</span></li></ol><ol><li><time>Mon</time> <span>4155552245</span></li><li><time>Tue</time> <span>USA</span></li><li><time>Wed</time> <span>Home</span></li></ol>`,
    { "4155552244": null, "4155552245": null },
  ],
  [
    "results, each a link and a text",
    `<table><thead><tr><th>Employee<th>Note</thead><tbody><tr><td><a>Ann</a><td>4155552246<tr><td><a>Jo</a><td>USA<tr><td>Reception<td>-</table><div><div class=r><a>Reception</a><span>4155552247</span></div><div class=r><a>Jo Miller</a><span>USA</span></div></div>`,
    { "4155552246": null, "4155552247": null },
  ],
  [
    "contacts by the name of a line",
    `<div><div class=r><a>Phone</a><span>4155552248</span></div><div class=r><a>Jo Miller</a><span>USA</span></div></div>`,
    { "4155552248": null },
  ],
  [
    "contacts by one name",
    `<div><div class=card><b>Contact</b><span>Ann Weber 4155552249</span></div><div class=card><b>Contact</b><span>Jo Miller, USA</span></div></div><div><div class=card><b>Mobile</b><span>Ann</span><span>4155552250</span></div><div class=card><b>Mobile</b><span>Jo</span><i>USA</i></div></div>`,
    { "4155552249": null, "4155552250": null },
  ],
  [
    "offices by their names",
    `<div role=table><div role=row><span role=cell>Austin office</span><span role=cell>4155552251</span></div><div role=row><span role=cell>Berlin office</span><span role=cell>USA</span></div></div><ul><li><b>Reception</b> <span>-</span></li><li><b>Austin office</b> <span>4155552252</span></li><li><b>Berlin office</b> <span>USA</span></li></ul>`,
    { "4155552251": null, "4155552252": null },
  ],
  [
    "people in dt, their fields in dd",
    `<dl><dt>Ann</dt><dd>Phone</dd><dd>4155552202</dd><dt>Jo</dt><dd>Country</dd><dd>USA</dd></dl><dl><dt>Jo</dt><dd><b>Country</b> <i>USA</i></dd><dt>Ann</dt><dd><b>Phone</b> <i>4155552203</i></dd></dl>`,
    { "4155552202": null, "4155552203": null },
  ],
  [
    "columns called Phone and Office",
    `<div class=board><div class=col><div>Phone</div><div>4155552204</div></div><div class=col><div>Office</div><div><b>Jo Miller</b><span>USA</span></div></div></div><div class=board><div class=col><h4>Phone</h4><div class=card>4155552255</div></div><div class=col><h4>Office</h4><div class=card><b>Jo Miller</b><span>USA</span></div></div></div>`,
    { "4155552204": null, "4155552255": null },
  ],
  [
    "people as headings between the rows of one list",
    `<div><h4>Ann</h4><div class=f><span>Phone</span><span>4155552235</span></div><h4>Jo</h4>${usaRow}</div><table><tr><th colspan=2>Ann</th></tr><tr><th>Phone</th><td>4155552236</td></tr><tr><th colspan=2>Jo</th></tr><tr><th>Country</th><td>USA</td></tr></table><ul><li>Ann</li><li>Phone: 4155552237</li><li>Jo</li><li>Country: USA</li></ul><table><tr><td colspan=2>Jo</td></tr><tr><td>Country</td><td>USA</td></tr><tr><td colspan=2>Ann</td></tr><tr><td>Mobile</td><td>4155552259</td></tr></table>`,
    { "4155552235": null, "4155552236": null, "4155552237": null, "4155552259": null },
  ],
  [
    "somebody else's country",
    `<table><tr><td>Phone<td>4155552243</tr><tr><td>Assistant's country<td>USA</tr></table><div><div class=f><span>Phone</span><span>4155552257</span></div><div class=f><span>Spouse’s address</span><span>1 Main St, Austin, TX 78701, USA</span></div></div><div><div class=f><span>Phone</span><span>4155552258</span></div><div class=f><span>Emergency contact country</span><span>USA</span></div></div>`,
    { "4155552243": null, "4155552257": null, "4155552258": null },
  ],
  [
    "people as headings of two levels, beside bare texts, and as names of a class",
    `<div><h3>Ann</h3><h4>Phones</h4><div class=f><span>Mobile</span><span>4155552260</span></div><h3>Jo</h3><h4>Location</h4>${usaRow}</div><div><h4>Ann</h4><p>4155552263</p><h4>Jo</h4>USA</div><div><b>Ann</b><p>Phone: 4155552264</p><b>Jo</b><p>Country: USA</p></div><div><div class=name>Ann</div><div class=f><span>Phone</span><span>4155552265</span></div><div class=name>Jo</div>${usaRow}</div>`,
    { "4155552260": null, "4155552263": null, "4155552264": null, "4155552265": null },
  ],
  [
    "a field's name that comes again for the next person",
    `<div><div class=f><span>Name</span><span>Ann</span></div><div class=f><span>Phone</span><span>4155552266</span></div><div class=f><span>Name</span><span>Jo</span></div>${usaRow}</div><table><tr><td>Name<td>Ann<tr><td>Phone<td>4155552267<tr><td>Name<td>Jo<tr><td>Country<td>USA</table><table><tr><th>Name<td>Jo<tr><th>Country<td>USA<tr><th>Name<td>Ann<tr><th>Phone<td>4155552268</table><dl><dt>Name<dd>Ann<dt>Phone<dd>4155552269<dt>Name<dd>Jo<dt>Country<dd>USA</dl><ul><li>Name: Ann<li>Phone: 4155552270<li>Name: Jo<li>Country: USA</ul>`,
    { "4155552266": null, "4155552267": null, "4155552268": null, "4155552269": null, "4155552270": null },
  ],
  [
    "somebody else's number",
    `<div><div class=f><b>Jo's phone</b><i>4155552281</i></div>${usaRow}</div><div><div class=f><b>Assistant phone</b><i>4155552282</i></div>${usaRow}</div><table><tr><th>Spouse mobile<td>4155552283<tr><th>Country<td>USA</table>`,
    { "4155552281": null, "4155552282": null, "4155552283": null },
  ],
  [
    "a reception and an office",
    `<ul><li><b>Reception</b> <i>4155552701</i></li><li><b>Sales</b> <i>Jo Miller</i></li><li><b>Office</b> <i>USA</i></li></ul><div role=table><div role=row><span role=cell>Reception</span><span role=cell>4155552702</span></div><div role=row><span role=cell>Sales</span><span role=cell>Jo Miller</span></div><div role=row><span role=cell>Office</span><span role=cell>USA</span></div></div><table><tr><td>Reception<td>4155552703</tr><tr><td>Sales<td>Jo Miller</tr><tr><td>Office<td>USA</tr></table><div><div class=f><b>Reception</b><i>4155552704</i></div><div class=f><b>Sales</b><i>Jo Miller</i></div><div class=f><b>Office</b><i>USA</i></div></div>`,
    { "4155552701": null, "4155552702": null, "4155552703": null, "4155552704": null },
  ],
  [
    "contacts by their names, and an office",
    `<ul><li><b>Contact</b> <i>4155552705</i></li><li><b>Weber</b> <i>Berlin</i></li><li><b>Office</b> <i>USA</i></li></ul><div role=table><div role=row><span role=cell>Contact</span><span role=cell>4155552706</span></div><div role=row><span role=cell>Weber</span><span role=cell>Berlin</span></div><div role=row><span role=cell>Office</span><span role=cell>USA</span></div></div><table><tr><td>Contact<td>4155552707</tr><tr><td>Weber<td>Berlin</tr><tr><td>Office<td>USA</tr></table><div><div class=f><b>Contact</b><i>4155552708</i></div><div class=f><b>Weber</b><i>Berlin</i></div><div class=f><b>Office</b><i>USA</i></div></div>`,
    { "4155552705": null, "4155552706": null, "4155552707": null, "4155552708": null },
  ],
  [
    "a reception, headquarters and a warehouse",
    `<ul><li><b>Reception</b> <i>4155552709</i></li><li><b>HQ</b> <i>USA</i></li><li><b>Warehouse</b> <i>Germany</i></li></ul><div role=table><div role=row><span role=cell>Reception</span><span role=cell>4155552710</span></div><div role=row><span role=cell>HQ</span><span role=cell>USA</span></div><div role=row><span role=cell>Warehouse</span><span role=cell>Germany</span></div></div><table><tr><td>Reception<td>4155552711</tr><tr><td>HQ<td>USA</tr><tr><td>Warehouse<td>Germany</tr></table><div><div class=f><b>Reception</b><i>4155552712</i></div><div class=f><b>HQ</b><i>USA</i></div><div class=f><b>Warehouse</b><i>Germany</i></div></div>`,
    { "4155552709": null, "4155552710": null, "4155552711": null, "4155552712": null },
  ],
  [
    "a buyer and a seller in one sheet",
    `<ul><li><b>Buyer</b> <i>Ann</i></li><li><b>Phone</b> <i>4155552713</i></li><li><b>Seller</b> <i>Jo</i></li><li><b>Country</b> <i>USA</i></li></ul><div role=table><div role=row><span role=cell>Buyer</span><span role=cell>Ann</span></div><div role=row><span role=cell>Phone</span><span role=cell>4155552714</span></div><div role=row><span role=cell>Seller</span><span role=cell>Jo</span></div><div role=row><span role=cell>Country</span><span role=cell>USA</span></div></div><table><tr><td>Buyer<td>Ann</tr><tr><td>Phone<td>4155552715</tr><tr><td>Seller<td>Jo</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Buyer</b><i>Ann</i></div><div class=f><b>Phone</b><i>4155552716</i></div><div class=f><b>Seller</b><i>Jo</i></div><div class=f><b>Country</b><i>USA</i></div></div>`,
    { "4155552713": null, "4155552714": null, "4155552715": null, "4155552716": null },
  ],
  [
    "a supplier and a customer in one sheet",
    `<ul><li><b>Supplier</b> <i>Globex</i></li><li><b>Country</b> <i>USA</i></li><li><b>Customer</b> <i>Acme</i></li><li><b>Phone</b> <i>4155552717</i></li></ul><div role=table><div role=row><span role=cell>Supplier</span><span role=cell>Globex</span></div><div role=row><span role=cell>Country</span><span role=cell>USA</span></div><div role=row><span role=cell>Customer</span><span role=cell>Acme</span></div><div role=row><span role=cell>Phone</span><span role=cell>4155552718</span></div></div><table><tr><td>Supplier<td>Globex</tr><tr><td>Country<td>USA</tr><tr><td>Customer<td>Acme</tr><tr><td>Phone<td>4155552719</tr></table><div><div class=f><b>Supplier</b><i>Globex</i></div><div class=f><b>Country</b><i>USA</i></div><div class=f><b>Customer</b><i>Acme</i></div><div class=f><b>Phone</b><i>4155552720</i></div></div>`,
    { "4155552717": null, "4155552718": null, "4155552719": null, "4155552720": null },
  ],
  [
    "two contacts in one sheet",
    `<ul><li><b>Contact</b> <i>Ann</i></li><li><b>Phone</b> <i>4155552721</i></li><li><b>Second contact</b> <i>Jo</i></li><li><b>Country</b> <i>USA</i></li></ul><div role=table><div role=row><span role=cell>Contact</span><span role=cell>Ann</span></div><div role=row><span role=cell>Phone</span><span role=cell>4155552722</span></div><div role=row><span role=cell>Second contact</span><span role=cell>Jo</span></div><div role=row><span role=cell>Country</span><span role=cell>USA</span></div></div><table><tr><td>Contact<td>Ann</tr><tr><td>Phone<td>4155552723</tr><tr><td>Second contact<td>Jo</tr><tr><td>Country<td>USA</tr></table><div><div class=f><b>Contact</b><i>Ann</i></div><div class=f><b>Phone</b><i>4155552724</i></div><div class=f><b>Second contact</b><i>Jo</i></div><div class=f><b>Country</b><i>USA</i></div></div>`,
    { "4155552721": null, "4155552722": null, "4155552723": null, "4155552724": null },
  ],
  [
    "cards by what a card is for",
    `<div><div class=c><b>Contact</b><i>4155552751</i><i>Ann</i></div><div class=c><b>Contact</b><i>-</i><i>Jo, USA</i></div></div><div><div class=c><b>Mobile</b><i>4155552752</i><i>Ann</i></div><div class=c><b>Mobile</b><i>-</i><i>Jo, USA</i></div></div>`,
    { "4155552751": null, "4155552752": null },
  ],
  [
    "articles in columns",
    `<div><section><h3>Call</h3><article>4155552753</article></section><section><h3>Office</h3><article>Jo, USA</article></section></div><div><section><h3>Phone</h3><article>4155552754</article></section><section><h3>Office</h3><article>Jo, USA</article></section></div>`,
    { "4155552753": null, "4155552754": null },
  ],
  [
    "a text in a slot by itself",
    `<x-r><template shadowrootmode=open><ul><li><b>Phone</b> <u>4155552755</u></li><li><b>Jo</b> <slot></slot></li><li><b>Office</b> <i>-</i></li></ul></template>USA</x-r>`,
    { "4155552755": null },
  ],
  [
    "who and where they are, in cells",
    `<div role=table><div role=row><span role=cell>Ann</span><span role=cell>Home</span></div><div role=row><span role=cell>4155552286</span><span role=cell>Mobile</span></div><div role=row><span role=cell>USA</span><span role=cell>Office</span></div></div>`,
    { "4155552286": null },
  ],
  [
    "components of two kinds side by side",
    `<div><x-p><template shadowrootmode=open><b>Ann</b><i>4155552287</i></template></x-p><x-q><template shadowrootmode=open><b>Jo</b><i>4155552290</i><u>USA</u></template></x-q></div>`,
    { "4155552287": null, "4155552290": "+1 415 555 2290" },
  ],
  [
    "a column for each person, whose row is cut short",
    `<table><tr><td>Name<td>Ann<td>Jo<tr><td>Phone<td>4155552288<tr><td>Country<td><td>USA</table><table><tr><th>Name<td>Ann<td>Jo<tr><th>Phone<td>4155552289<tr><th>Country<td><td>USA</table>`,
    { "4155552288": null, "4155552289": null },
  ],
  [
    "an assistant's number in a dl",
    `<dl><dt>Assistant phone<dd>4155552291<dt>Country<dd>USA</dl>`,
    { "4155552291": null },
  ],
];
