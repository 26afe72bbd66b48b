/** Browsers whose own test of the hold was not held, or did not come, as todos. */
import type { CanaryState } from "../../../shared/canary/api.ts";
import { canaryEn as words } from "../../../shared/texts/canary/desk.en.ts";
import { linkTo } from "../parts/location.ts";
import { plural, texts } from "../parts/texts.ts";
import type { Todo } from "./todo.ts";

export function canaryTodos({ today, yesterday }: CanaryState): Todo[] {
  const todo = (which: keyof typeof words.todos, tone: Todo["tone"], n: number): Todo[] => {
    const { title, text, do: label } = words.todos[which];
    if (n === 0) return [];
    const link = linkTo("/", { at: "canary" });
    return [{ id: `canary.${which}`, tone, title: plural(texts, title, n), text, link, label }];
  };
  const passed = [...today.layers, ...yesterday.layers].reduce((sum, layer) => sum + layer.passed, 0);
  const missing = Math.max(...yesterday.layers.map((layer) => layer.missing));
  return [...todo("passed", "bad", passed), ...todo("missing", "warn", missing)];
}
