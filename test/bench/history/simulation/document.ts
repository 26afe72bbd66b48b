/** The part of docs/costs.md that the simulation writes: how large a database gets, and what a month costs. */
import {
  CPU,
  DAY,
  DAYS,
  dollar,
  LIMIT_GB,
  million,
  POLL_SECONDS,
  PUSH_ROWS,
  type Rows,
} from "../../costs.ts";
import { today } from "../../write.ts";
import {
  type Besides,
  bytesOf,
  largestOf,
  monthOver,
  partsOf,
  priceOf,
  type Simulated,
  sizeOf,
  sum,
  usedOf,
} from "./model.ts";
import { type Asked, CHECK, POLL } from "./queries.ts";

/** How many agents companies have. */
export const SIZES = [10, 60, 500, 1000];
const AIM_GB = 8;

interface Part {
  simulated: Simulated;
  asked: readonly Asked[];
}

/** As docs/costs.md has an agent's day. */
function besidesOf(asked: readonly Asked[]): Besides {
  const rowsOf = (name: string): Rows => asked.find((one) => one.name === name)!.rows;
  return {
    ...{ workdays: DAYS, calls: DAY.dials, checks: DAY.pages, polls: (DAY.hours * 3600) / POLL_SECONDS },
    ...{ check: rowsOf(CHECK), poll: rowsOf(POLL), pushes: PUSH_ROWS * DAYS, cpu: CPU },
  };
}

const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`;

/** Companies of both kinds; of each kind the first has the largest files, and what rows and the archive cost goes by it. */
export function costsSection(parts: readonly Part[]): string {
  const { months } = parts[0]!.simulated;
  const last = months.length - 1;
  const sections = [...Map.groupBy(parts, ({ simulated }) => simulated.recorded)].map(([recorded, its]) => {
    const [like] = its;
    const prices = its.map(({ simulated }) => priceOf(simulated, like!.simulated, besidesOf(like!.asked)));
    const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(" | ")} |`;
    const line = (name: string, say: (price: (typeof prices)[number]) => string) =>
      row(name, prices.map(say));
    const each = (name: string, say: (simulated: Simulated) => string) =>
      row(
        name,
        its.map(({ simulated }) => say(simulated)),
      );
    const when = (most: number) => (simulated: Simulated) => {
      const month = monthOver(simulated, most * 1e9);
      return month === null ? `not in ${months.length}` : String(month);
    };
    const groups = [...bytesOf(its.at(-1)!.simulated, last)].filter(([, bytes]) => bytes > 1e8);
    const dollars = (key: keyof (typeof prices)[number]["dollars"]) => (price: (typeof prices)[number]) =>
      dollar(price.dollars[key]);
    return `### ${recorded ? "Each call is recorded" : "Dials alone"}

${each("", ({ company }) => `${count(company)} agents`)}
| --- |${" ---: |".repeat(its.length)}
${each("simulated of it", ({ agents, company }) => `${agents} of ${count(company)}`)}
${each("D1 at its largest", (simulated) => gb(largestOf(simulated).bytes))}
${each("in month", (simulated) => String(largestOf(simulated).month))}
${each("without free pages, at its largest", (simulated) => gb(largestOf(simulated, usedOf).bytes))}
${each(`D1 after ${months.length} months`, (simulated) => gb(sizeOf(simulated, last)))}
${groups.map(([group]) => each(`of it ${group}`, (simulated) => gb(bytesOf(simulated, last).get(group)!))).join("\n")}
${each("of it once, as files and objects", (simulated) => gb(onceOf(simulated, last)))}
${each("were that multiplied as well", (simulated) => gb((onceOf(simulated, last) / simulated.agents) * simulated.company))}
${each(`D1 has more than ${AIM_GB} GB at the end of month`, when(AIM_GB))}
${each(`D1's ${LIMIT_GB} GB are full at the end of month`, when(LIMIT_GB))}
${line("the archive in R2", ({ archive }) => gb(archive * 1e9))}
${line("requests", ({ requests }) => million(requests))}
${line("rows read", ({ read }) => million(read))}
${line("rows written", ({ written }) => million(written))}
${line("processor time and requests", ({ dollars: d }) => dollar(d.cpu + d.requests))}
${line("rows", ({ dollars: d }) => dollar(d.read + d.written))}
${line("Durable Object", dollars("objects"))}
${line("D1's storage", dollars("storage"))}
${line("the archive's storage", dollars("archive"))}
${line("**a month, with the plan**", ({ total }) => `**${dollar(total)}**`)}`;
  });
  return `Written on ${today()} by \`npm run bench -- simulation\`: ${months.length} months in compressed time, by the Worker's own statements and its jobs of each night. Of each company a part is simulated, with files, objects of the trail and packed names of as small a part of the rows as its agents are of all: so rows leave when they do in the whole company. What an agent's calls take is multiplied; rows of files, objects and hours are as many in the part as in the whole, and count once. The database's file never shrinks: of pages that rows left, new ones take some, and the others are counted, unless it says otherwise. Registers, requests and screenings are not in it. What rows and the archive cost is by the agents of the first company, whose files are the largest here: of small ones each has what a file reads and writes, whatever is in it. The price is of the last month, with D1's storage up to its limit.

${sections.join("\n\n")}`;
}

const count = (n: number): string => n.toLocaleString("en-GB");
/** What is not multiplied. */
const onceOf = (simulated: Simulated, at: number): number =>
  sum([...partsOf(simulated, at).values()].map(({ once }) => once));
