/** Places of CRMs where many numbers stand close together, as one page in three themes. */
import { writtenNumber } from "../../kit/model.ts";

export const themes = ["light", "dark", "coloured"] as const;
type Theme = (typeof themes)[number];

const colours: Record<Theme, string> = {
  light: "html{background:#fff;color:#1b1f24}",
  dark: "html{background:#16191d;color:#e6e8ea;color-scheme:dark}",
  coloured: `html{background:#eef2f7;color:#1b1f24} tr:nth-child(4n+1){background:#d32f2f;color:#fff}
    tr:nth-child(4n+2){background:#f59e0b} tr:nth-child(4n+3){background:#2e7d32;color:#fff}
    tr:nth-child(4n){background:#263238;color:#fff} header,.tile{background:#1976d2;color:#fff} .dense span{background:#ffcdd2;color:#222}`,
};

/** Bars of a calendar: background and ink. */
const bars = [
  ["#d32f2f", "#fff"],
  ["#f59e0b", "#221500"],
  ["#2e7d32", "#fff"],
  ["#263238", "#fff"],
  ["linear-gradient(#8e24aa, #6a1b9a)", "#fff"],
  ["rgb(211 47 47 / 85%)", "#fff"],
  ["#ffcdd2", "#222"],
  ["oklch(0.7 0.15 150)", "#102010"],
] as const;

/** Where each number has an icon of its own: there is room beside it, or on its corner. */
const own = ["calendar", "header", "title", "table", "dashboards", "field"] as const;
/** Where one is right for all: a text area's numbers, and in a table the widest of a column, with text on both sides. */
const together = ["text area", "widest of the first column", "widest of the second"] as const;
/** Where as many as here have their own, and one is for the others: letters are on both sides, and above. */
const crowded = [
  ["prose", 3],
  ["dense block", 4],
] as const;
type Place = (typeof own | typeof together)[number] | (typeof crowded)[number][0];

/** The next numbers of each place, one after the other. */
function counter() {
  const at = new Map<Place, string[]>();
  let count = 0;
  return {
    at: (place: Place) => at.get(place)!,
    next: (place: Place): string => {
      const number = writtenNumber(200 + count++);
      at.set(place, [...(at.get(place) ?? []), number]);
      return number;
    },
  };
}

function make(theme: Theme) {
  const { next, at } = counter();
  const rows: [Place, Place][] = [
    ["widest of the first column", "table"],
    ["table", "widest of the second"],
    ["table", "table"],
    ["table", "table"],
  ];
  const html = `<style>${colours[theme]}
    body{margin:10px;font:13px/1.35 Arial,sans-serif} body>*{margin:0 0 14px}
    .cal{display:grid;grid-template-columns:repeat(4,152px);gap:3px} .ev{border-radius:3px;padding:2px 4px;overflow:hidden;white-space:nowrap}
    header{display:flex;line-height:1;font-size:12px;align-items:center} header button{font-size:11px;padding:0 3px}
    h1{font-size:17px;margin:0;line-height:1.1} .touch td{padding:0;white-space:nowrap} table{border-collapse:collapse}
    .prose{width:300px;line-height:1.25} .tiles{display:flex;gap:6px} .tile{padding:5px;font-size:17px;border:1px solid #8888;white-space:nowrap} .tile small{display:block;font-size:10px}
    .dense{display:grid;grid-template-columns:repeat(3,max-content);width:max-content;font:13px/13px Arial} .dense span{display:block;white-space:nowrap}
    .form{display:flex;gap:12px;align-items:start;padding-top:8px}</style>
  <div class="cal">${bars.map(([ground, ink]) => `<div class="ev" style="background:${ground};color:${ink}">9:00 Call Ann<br>${next("calendar")}</div>`).join("")}</div>
  <header><b>Acme</b><span>${next("header")}</span><button>Call</button><span>${next("header")}</span><button>Call</button></header>
  <h1>Ann Example, ${next("title")}</h1>
  <table class="touch">${rows.map(([first, second]) => `<tr><td>Ann</td><td>${next(first)}</td><td>${next(second)}</td><td>Open</td></tr>`).join("")}</table>
  <p class="prose">Ring them on ${next("prose")} or on ${next("prose")}, and after six on ${next("prose")}. Their fax is ${next("prose")}; the lawyer has ${next("prose")} and wants no calls.</p>
  <div class="tiles">${["Calls today", "Missed", "Best lead"].map((label) => `<div class="tile"><small>${label}</small>${next("dashboards")}</div>`).join("")}</div>
  <div class="form"><textarea cols="24" rows="3">First ${next("text area")}, then ${next("text area")}\nor else ${next("text area")}</textarea>
    <textarea cols="18" rows="2">${next("field")}</textarea><input style="width:74px" value="${next("field")}"><input style="width:44px" value="${Array.from({ length: 4 }, () => next("field")).join("; ")}"></div>
  <div class="dense">${Array.from({ length: 9 }, () => `<span>${next("dense block")}</span>`).join("")}</div>`;
  return { html, at };
}

export const sceneOf = (theme: Theme): string => make(theme).html;
export const placesOf = () => {
  const { at } = make("light");
  return {
    own: own.flatMap(at),
    together: together.map(at),
    crowded: crowded.map(([place, least]) => ({ numbers: at(place), least })),
  };
};
