/** Work that waits for too long, as todos. */
import type { WorkAnswer, WorkKind } from "../../../shared/jobs/api.ts";
import { workEn } from "../../../shared/texts/jobs/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { fill, sayCount, sayDate, texts } from "../parts/texts.ts";
import type { Todo } from "./todo.ts";

/** Where what failed is listed, and tried again. */
const pages: Record<WorkKind, string> = {
  erasure: "/recordings/erasures",
  mail: "/mail",
  webhooks: "/watching/webhooks",
  marks: "/connectors",
};

export const workTodos = ({ work }: WorkAnswer): Todo[] =>
  work.flatMap(({ kind, waiting, oldest, late, failed }): Todo[] => {
    if (late === null || oldest === null) return [];
    const { title, text, do: label } = workEn.todo;
    const values = {
      ...{ what: workEn.kinds[kind], since: sayDate(texts, oldest.slice(0, 10)) },
      ...{ waiting: sayCount(waiting), failed: sayCount(failed) },
    };
    const link = linkTo(pages[kind]);
    return [
      { id: `work.${kind}`, tone: "bad", title: fill(title, values), text: fill(text, values), link, label },
    ];
  });
