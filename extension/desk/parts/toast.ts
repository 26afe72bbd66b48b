/** Short messages at the window's edge. They are read out politely, and failures stay until they are dismissed. */
import { notifications } from "@mantine/notifications";
import { sayError } from "./say.ts";
import { words } from "./words.ts";

const common = { role: "status", closeButtonProps: { "aria-label": words.toast.close } };

export function say(message: string): void {
  notifications.show({ ...common, message, color: "green" });
}

export function sayFailure(error: unknown): void {
  notifications.show({ ...common, message: sayError(error), color: "red", autoClose: false });
}
