/** Adds a webhook. Its secret is shown once. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { watchEn } from "../../../shared/texts/watching/desk.en.ts";
import type { WebhookMade } from "../../../shared/watching/api.ts";
import { FormDialog } from "../forms/FormDialog.tsx";
import { ShownOnce } from "../forms/ShownOnce.tsx";
import { useMutate } from "../parts/api.ts";
import { fill } from "../parts/texts.ts";

const text = watchEn.hooks;

export function WatchingWebhookAdd({ close }: { close: () => void }) {
  const [url, setUrl] = useState("https://");
  const make = useMutate<string, WebhookMade>(
    (address) => ({ method: "POST", path: "/v1/webhooks", body: { url: address } }),
    { touches: ["/v1/webhooks"], quiet: true },
  );
  if (make.data)
    return (
      <ShownOnce
        title={fill(text.made, { host: new URL(make.data.url).host })}
        items={[{ label: text.secret, text: make.data.secret }]}
        note={text.once}
        closeLabel={text.close}
        close={close}
      />
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
