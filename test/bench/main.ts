/**
 * `npm run bench -- [ahead [rows] [--write]] [agents [count [rows]] [--write]] [archive [rows] [--write]] [detect [--write]] [dials [--write]] [filters [count]] [gate [rate] [--write]] [grids [--write]] [hard [--write]] [judge] [kits [KIT] [--write]] [layers [--write]] [lists [count]] [load [--write]] [migrations [rows] [--write]] [packing [rows] [--write]] [page [--write]] [reports [agents [calls [days]]] [--write]] [routes [part …] [--write]] [rows [count] [--write]] [screen [count]] [screened [count] [--write]] [simulation [whole | short | agents [months [companies]]] [--write]] [watch]`: measures and prints
 * tables; all of them if you name none.
 */
import { busy } from "./history/agents.ts";
import { ahead } from "./history/ahead.ts";
import { archive } from "./history/archive.ts";
import { detect } from "./detect.ts";
import { dials } from "./dials/dials.ts";
import { filters } from "./filters.ts";
import { gate } from "./gate.ts";
import { scrollGrids } from "./grids/grids.ts";
import { hard } from "./page/hard.ts";
import { judge } from "./judge.ts";
import { kits } from "./grids/kits.ts";
import { layers } from "./dials/layers.ts";
import { lists } from "./lists.ts";
import { load } from "./load.ts";
import { migrations } from "./history/migrations.ts";
import { packing } from "./history/packing.ts";
import { page } from "./page.ts";
import { routes } from "./dials/routes.ts";
import { reports } from "./history/reports.ts";
import { rows } from "./history/rows.ts";
import { screened } from "./history/screened.ts";
import { screen } from "./screen.ts";
import { RUNS, simulation } from "./history/simulation/simulation.ts";
import { watch } from "./watch.ts";

const [name, count, flag] = process.argv.slice(2);
const history = Number(process.argv[4]) || undefined;
const benches: Record<string, () => Promise<void>> = {
  agents: () => busy(Number(count) || undefined, history, process.argv.includes("--write")),
  ahead: () => ahead(Number(count) || undefined, [count, flag].includes("--write")),
  archive: () => archive(Number(count) || undefined, [count, flag].includes("--write")),
  detect: () => detect(count === "--write"),
  dials: () => dials(count === "--write"),
  filters: () => filters(count === undefined ? undefined : Number(count)),
  gate: () => gate(Number(count) || undefined, [count, flag].includes("--write")),
  grids: () => scrollGrids(count === "--write"),
  hard: () => hard(count === "--write"),
  judge,
  kits: () => kits(count === "--write" ? undefined : count, [count, flag].includes("--write")),
  layers: () => layers(count === "--write"),
  lists: () => lists(count === undefined ? undefined : Number(count)),
  load: () => load(count === "--write"),
  migrations: () => migrations(Number(count) || undefined, [count, flag].includes("--write")),
  packing: () => packing(Number(count) || undefined, [count, flag].includes("--write")),
  screen: () => screen(count === undefined ? undefined : Number(count)),
  page: () => page(count === "--write"),
  reports: () => {
    const [agents, calls, days] = process.argv.slice(3).map((word) => Number(word) || undefined);
    return reports(agents, calls, days, process.argv.includes("--write"));
  },
  routes: () => {
    const named = process.argv.slice(3);
    return routes(
      named.filter((word) => word !== "--write"),
      named.includes("--write"),
    );
  },
  rows: () => rows(Number(count) || undefined, [count, flag].includes("--write")),
  screened: () => screened(Number(count) || undefined, [count, flag].includes("--write")),
  simulation: () => {
    const named = RUNS[count ?? ""];
    if (named) return simulation(...named, flag === "--write");
    const [agents, months] = process.argv.slice(3).map((word) => Number(word) || undefined);
    const sizes = /^[\d,]+$/.test(process.argv[5] ?? "")
      ? process.argv[5]!.split(",").map(Number)
      : undefined;
    return simulation(agents, months, sizes, process.argv.includes("--write"));
  },
  watch,
};
const chosen = name === undefined ? Object.values(benches) : [benches[name]];
for (const bench of chosen) {
  if (!bench) {
    console.error(`There are the benches ${Object.keys(benches).join(", ")}.`);
    process.exit(1);
  }
  await bench();
}
