/** A new address; its secret is shown once. */
import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { WebhookMade } from "../../../shared/watching/api.ts";
import { watchEn } from "../../../shared/texts/watching/desk.en.ts";
import { useMutate } from "../parts/api.ts";
import { Copy } from "../parts/Copy.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { FormDialog } from "../parts/FormDialog.tsx";
import { fill } from "../parts/words.ts";

const text = watchEn.hooks;

export function HookDialog({ close }: { close: () => void }) {
  const [url, setUrl] = useState("https://");
  const make = useMutate<string, WebhookMade>(
    (address) => ({ method: "POST", path: "/v1/webhooks", body: { url: address } }),
    { touches: ["/v1/webhooks"], quiet: true },
  );
  if (make.data)
    return (
      <Dialog opened onClose={close} title={fill(text.made, { host: new URL(make.data.url).host })}>
        <Stack gap="md">
          <Text size="sm" fw={600} mb={-8}>
            {text.secret}
          </Text>
          <Copy text={make.data.secret} label={text.secret} />
          <Alert color="yellow" role="note">
            {text.once}
          </Alert>
          <Group justify="flex-end">
            <Button onClick={close}>{text.close}</Button>
          </Group>
        </Stack>
      </Dialog>
    );
  return (
    <FormDialog
      title={text.title}
      close={close}
      yes={text.make}
      sending={make}
      send={() => make.mutate(url.trim())}
    >
      <TextInput
        type="url"
        label={text.url}
        description={text.urlHint}
        required
        maxLength={1000}
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
