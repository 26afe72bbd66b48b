import type { reloadEn } from "./reload.en.ts";

export const reloadPl: typeof reloadEn = {
  heading: "Odśwież tę stronę",
  why: "ClearDial zaktualizowano, wyłączono lub usunięto. Połączenie wstrzymano. Odśwież stronę, aby znowu dzwonić.",
  reload: "Odśwież",
  close: "Nie teraz",
};
