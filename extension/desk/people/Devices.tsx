/** A person's browsers, and the end of one. */
import { Button, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Device, PersonAnswer } from "../../../shared/people/api.ts";
import { deskPeopleEn } from "../../../shared/texts/people/desk.en.ts";
import { useMutate } from "../parts/api.ts";
import { confirm } from "../parts/Dialog.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { Tag } from "../parts/Tag.tsx";
import { When } from "../parts/When.tsx";
import { fill } from "../parts/words.ts";
import { useMay, useMe } from "../shell/me.ts";

const words = deskPeopleEn.devices;
const called = ({ device }: Device) => device || words.unnamed;

export function Devices({ of: { person, devices } }: { of: PersonAnswer }) {
  const isAdmin = useMay("admin");
  const own = useMe().person.id === person.id;
  const { mutate } = useMutate<Device>(({ id }) => ({ method: "DELETE", path: `/v1/tokens/${id}` }), {
    touches: ["/v1/people", "/v1/me"],
    done: (_, device) => fill(words.revoked, { device: called(device) }),
  });
  const columns = useMemo((): Column<Device>[] => {
    async function revoke(device: Device) {
      const yes = await confirm({
        title: fill(words.revokeSure, { device: called(device) }),
        text: device.current ? words.ownText : words.revokeText,
        yes: words.revoke,
        danger: true,
      });
      if (yes) mutate(device);
    }
    return [
      {
        id: "device",
        header: words.device,
        value: called,
        cell: (d) => (
          <>
            {called(d)} {d.current && <Tag tone="good">{words.current}</Tag>}
          </>
        ),
      },
      {
        id: "created",
        header: words.created,
        value: (d) => d.createdAt,
        cell: (d) => <When at={d.createdAt} />,
      },
      { id: "used", header: words.used, value: (d) => d.lastUsedAt, cell: (d) => <When at={d.lastUsedAt} /> },
      {
        id: "expires",
        header: words.expires,
        value: (d) => d.expiresAt,
        cell: (d) => <When at={d.expiresAt} />,
      },
      ...(isAdmin || own
        ? [
            {
              id: "revoke",
              header: words.revoke,
              value: () => null,
              plain: true,
              align: "right" as const,
              cell: (d: Device) => (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={fill(words.revokeLabel, { device: called(d) })}
                  onClick={() => void revoke(d)}
                >
                  {words.revoke}
                </Button>
              ),
            },
          ]
        : []),
    ];
  }, [isAdmin, own, mutate]);
  if (devices.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.none}
      </Text>
    );
  return <Table label={words.title} columns={columns} rows={devices} idOf={(d) => d.id} />;
}
