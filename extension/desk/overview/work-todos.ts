/** Work that waits for too long, as todos. */
import type { WorkAnswer } from "../../../shared/jobs/api.ts";
import { workEn } from "../../../shared/texts/jobs/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { fill, sayCount, sayDate, texts } from "../parts/texts.ts";
import type { Todo } from "./todo.ts";

export const workTodos = ({ work }: WorkAnswer): Todo[] =>
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
