/** The certificate of an erasure. */
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { api } from "../../../ui/api.ts";
import { Dialog } from "../../forms/Dialog.tsx";
import { QueryState } from "../../parts/QueryState.tsx";
import { Document } from "./Document.tsx";

export function Certificate({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Group gap="xs">
        <Text size="sm">{text.certificateText}</Text>
        <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
          {text.certificate}
        </Button>
      </Group>
      {open && <Shown id={id} close={() => setOpen(false)} />}
    </>
  );
}

function Shown({ id, close }: { id: string; close: () => void }) {
  const certificate = useQuery({
    queryKey: ["certificate", id],
    queryFn: () => api<{ text: string }>("GET", `/v1/requests/${encodeURIComponent(id)}/certificate`),
    gcTime: 0,
  });
  return (
    <Dialog opened onClose={close} title={text.certificate} size="lg">
      <QueryState of={certificate}>
        {(data) => <Document title={text.certificate} text={data.text} />}
      </QueryState>
    </Dialog>
  );
}
