/**
 * Short messages at the window's edge: what was done, with a way back where there is one, or what failed, why, and what to do
 * now. Screen readers announce them politely; failures stay until dismissed.
 */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { UNDO_MS } from "../../../shared/do-not-call/undo.ts";
import { failureOf, sayError } from "./errors.ts";
import { words } from "./texts.ts";

const common = { role: "status", closeButtonProps: { "aria-label": words.toast.close } };

interface Offer {
  label: string;
  take: () => void;
}

function show(message: string, offer: Offer | null, rest: { color: string; autoClose?: number | false }) {
  const id = crypto.randomUUID();
  notifications.show({
    ...common,
    ...rest,
    id,
    message: offer ? (
      <Group gap="sm" justify="space-between">
        <Text size="sm" inherit>
          {message}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            offer.take();
          }}
        >
          {offer.label}
        </Button>
      </Group>
    ) : (
      message
    ),
  });
}

/** `undo` takes it back, and is offered for half a minute. */
export const say = (message: string, undo?: () => void): void =>
  show(message, undo ? { label: words.toast.undo, take: undo } : null, {
    color: "green",
    ...(undo && { autoClose: UNDO_MS }),
  });

/** `again` tries it once more: offered where the Worker could not be asked. */
export function sayFailure(error: unknown, again?: () => void): void {
  const { kind } = failureOf(error);
  const mayHelp = again && (kind === "offline" || kind === "busy");
  show(sayError(error), mayHelp ? { label: words.state.again, take: again } : null, {
    color: "red",
    autoClose: false,
  });
}
