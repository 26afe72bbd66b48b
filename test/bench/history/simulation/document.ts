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
import { type Besides, bytesOf, monthOver, priceOf, type Simulated, sizeOf } from "./model.ts";
import { type Asked, CHECK, POLL } from "./queries.ts";

/** How many agents larger companies have. */
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

export function costsSection(parts: readonly Part[]): string {
  const { months, agents } = parts[0]!.simulated;
  const sections = parts.map(({ simulated, asked }) => {
    const last = months.length - 1;
    const prices = SIZES.map((n) => priceOf(simulated, n, besidesOf(asked)));
    const line = (name: string, say: (price: (typeof prices)[number], agents: number) => string) =>
      `| ${[name, ...prices.map((price, i) => say(price, SIZES[i]!))].join(" | ")} |`;
    const when = (most: number) => (_: unknown, n: number) => {
      const month = monthOver(simulated, n, most * 1e9);
      return month === null ? `not in ${months.length}` : String(month);
    };
    const groups = [...bytesOf(simulated, last, 1000)].filter(([, bytes]) => bytes > 1e8);
    const dollars = (key: keyof (typeof prices)[number]["dollars"]) => (price: (typeof prices)[number]) =>
      dollar(price.dollars[key]);
    return `### ${simulated.recorded ? "Each call is recorded" : "Dials alone"}

${line("", (_, n) => `${n.toLocaleString("en-GB")} agents`)}
| --- |${" ---: |".repeat(SIZES.length)}
${line(`D1 after ${months.length} months`, (_, n) => gb(sizeOf(simulated, last, n)))}
${groups.map(([group]) => line(`of it ${group}`, (_, n) => gb(bytesOf(simulated, last, n).get(group)!))).join("\n")}
${line(`D1 has more than ${AIM_GB} GB at the end of month`, when(AIM_GB))}
${line(`D1's ${LIMIT_GB} GB are full at the end of month`, when(LIMIT_GB))}
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
  return `Written on ${today()} by \`npm run bench -- simulation\`: ${months.length} months of ${agents} ${agents === 1 ? "agent" : "agents"} in compressed time, by the Worker's own statements and its jobs of each night; what is said of larger companies follows from the bytes and rows of an agent there. Registers, requests and screenings are not in it. So few agents fill no object of the archive before their month is closed: of a larger company more of the trail has left, and D1 takes less than is said here ([growth.md](growth.md)). The price is of the last month, with D1's storage up to its limit.

${sections.join("\n\n")}`;
}
