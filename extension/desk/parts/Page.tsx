/** One page of the desk: its heading, what it is for, and what can be done on all of it. */
import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { hasGone } from "./hash.ts";
import { fill, words } from "./words.ts";

export interface PageProps {
  title: string;
  lead?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  /** A way up, above the heading. */
  above?: ReactNode;
  children?: ReactNode;
}

export function Page({ title, lead, actions, above, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = fill(words.title, { page: title });
  }, [title]);
  useEffect(() => {
    // Those who hear the page learn that another one is here.
    if (hasGone()) heading.current?.focus();
  }, []);
  return (
    <Stack gap="lg" className="desk-page">
      <div>
        {above}
        <Group justify="space-between" align="flex-start" gap="md" wrap="wrap">
          <div className="desk-head">
            <Title order={1} size="h2" tabIndex={-1} ref={heading}>
              {title}
            </Title>
            {lead !== undefined && (
              <Text c="dimmed" mt={4} component="div">
                {lead}
              </Text>
            )}
          </div>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
      </div>
      {children}
    </Stack>
  );
}
