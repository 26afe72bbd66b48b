/** Recordings that were drawn in the period, to hear whether they were announced (../announced.ts), and what was heard. */
import { MAX_REPORT_ROWS } from "../../../shared/overview/api-reports.ts";
import { reportsEn } from "../../../shared/texts/overview/reports.en.ts";
import { drawsOf } from "../announced.ts";
import { type Report, summed } from "./report.ts";

const words = reportsEn.announced.heards;

export const announced: Report = {
  columns: {
    ...{ at: "time", by: "text", from: "day", to: "day", among: "number", began: "day", recording: "text" },
    ...{ heard: "text", heardAt: "time", heardBy: "text" },
  },
  chart: { along: "heard", series: ["recordings"] },
  async make(db, { start, end }) {
    const drawn = await drawsOf(db, "d.at >= ? AND d.at < ?", [start, end], MAX_REPORT_ROWS + 1);
    const rows = drawn.map(({ kept, heard, id: _, ...row }) => ({
      ...row,
      heard: words[heard ?? (kept ? "waits" : "erased")],
    }));
    return {
      rows,
      charted: summed(
        rows.map(({ heard }) => ({ heard, recordings: 1 })),
        "heard",
        "recordings",
      ),
      from: { drawn: drawn.length, heard: drawn.filter(({ heard }) => heard !== null).length },
    };
  },
};
