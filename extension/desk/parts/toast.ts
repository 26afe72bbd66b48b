/** Short messages at the window's edge. Screen readers announce them politely; failures stay until dismissed. */
import { notifications } from "@mantine/notifications";
import { sayError } from "./errors.ts";
import { words } from "./texts.ts";

const common = { role: "status", closeButtonProps: { "aria-label": words.toast.close } };

export function say(message: string): void {
  notifications.show({ ...common, message, color: "green" });
}

export function sayFailure(error: unknown): void {
  notifications.show({ ...common, message: sayError(error), color: "red", autoClose: false });
}
