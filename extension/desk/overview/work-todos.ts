/** Work that waits for too long, jobs of the clock that fail, a clock that has stopped, and a database that grows full, as todos. */
import type { WorkAnswer } from "../../../shared/jobs/api.ts";
import type { WaitingAnswer } from "../../../shared/overview/api.ts";
import { gigabytes, levelOf, percentOf } from "../../../shared/overview/database.ts";
import { workEn } from "../../../shared/texts/jobs/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { fill, plural, sayCount, sayDate, texts } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { byAdmin, type Todo } from "./todo.ts";

/** An older Worker says nothing of its clock. */
export function clockTodos({ clockStopped }: Partial<WaitingAnswer>, mayWork: boolean): Todo[] {
  if (!clockStopped) return [];
  const { title, text, do: label } = workEn.stopped;
  const said = fill(text, { at: sayTime(clockStopped) });
  return [
    {
      id: "clock",
      tone: "bad",
      by: byAdmin,
      title,
      text: said,
      link: linkTo(mayWork ? "/work" : "/"),
      label,
    },
  ];
}

/** An older Worker says nothing of these. */
export const callsTodos = ({ callsFailing = [] }: Partial<WaitingAnswer>): Todo[] =>
  callsFailing.map((name): Todo => {
    const { title, text, do: label } = workEn.callsFailing;
    const link = linkTo("/calls/logs");
    return { id: `calls.${name}`, tone: "bad", by: byAdmin, title: fill(title, { name }), text, link, label };
  });

/** An older Worker says nothing of it. */
export function databaseTodos({ database }: Partial<WaitingAnswer>): Todo[] {
  const level = database ? levelOf(database) : null;
  if (level === null) return [];
  const { title, text, do: label } = workEn.database;
  const values = {
    ...{ percent: percentOf(database!), size: gigabytes(database!.bytes) },
    most: sayCount(database!.most / 1e9),
  };
  const link = linkTo("/policy", { at: "retention" });
  const tone = level === 60 ? "warn" : "bad";
  return [
    { id: "database", tone, by: byAdmin, title: fill(title, values), text: fill(text, values), link, label },
  ];
}

/** Nothing tries them again but a person. */
export function copyTodos({ work }: Pick<WorkAnswer, "work">): Todo[] {
  const n = work.find(({ kind }) => kind === "copies")?.failed ?? 0;
  if (n === 0) return [];
  const { title, text, do: label } = workEn.copiesFailed;
  const link = linkTo("/work", { kind: "copies" });
  return [{ id: "work.copies.failed", tone: "bad", title: plural(texts, title, n), text, link, label }];
}

/** An object lock of years: nothing fails, and nothing is erased. */
export const putOffTodos = ({ work }: Pick<WorkAnswer, "work">): Todo[] =>
  work.flatMap(({ kind, putOff }): Todo[] => {
    if (putOff === undefined) return [];
    const { title, text, do: label } = workEn.putOff;
    const said = {
      title: plural(texts, title, putOff.n),
      text: fill(text, { until: sayDate(texts, putOff.until) }),
    };
    return [{ id: `work.${kind}.put-off`, tone: "bad", ...said, link: linkTo("/work", { kind }), label }];
  });

/** Where a trigger has stopped, all of its jobs are late. */
export function jobTodos({ clock }: Partial<WorkAnswer>): Todo[] {
  const stopped = clock?.triggers.flatMap((one) => (one.stopped === null ? [] : one.every));
  const late = clock?.jobs.filter((one) => one.late !== null && !stopped!.includes(one.every)) ?? [];
  if (late.length === 0) return [];
  const { title, text, do: label } = workEn.failing;
  const what = late.map(({ job }) => workEn.jobs[job]).join("; ");
  const said = { title: plural(texts, title, late.length), text: fill(text, { what }) };
  return [{ id: "clock.jobs", tone: "bad", by: byAdmin, ...said, link: linkTo("/work"), label }];
}

export const workTodos = ({ work }: Pick<WorkAnswer, "work">): Todo[] =>
  work.flatMap(({ kind, waiting, oldest, late, failed }): Todo[] => {
    if (late === null || oldest === null) return [];
    const { title, text, do: label } = workEn.todo;
    const values = {
      ...{ what: workEn.kinds[kind], since: sayDate(texts, oldest.slice(0, 10)) },
      ...{ waiting: sayCount(waiting), failed: sayCount(failed) },
    };
    const link = linkTo("/work", { kind });
    return [
      { id: `work.${kind}`, tone: "bad", title: fill(title, values), text: fill(text, values), link, label },
    ];
  });
