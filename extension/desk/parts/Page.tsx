/** One page of the desk: its heading, what it is for, and the actions that concern all of it. */
import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { hasNavigated } from "./location.ts";
import { fill, words } from "./texts.ts";

export interface PageProps {
  title: string;
  lead?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  /** The link to the page above, over the heading. */
  above?: ReactNode;
  children?: ReactNode;
}

export function Page({ title, lead, actions, above, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = fill(words.title, { page: title });
  }, [title]);
  useEffect(() => {
    // Screen readers announce the new page. When the desk opens, the focus stays at the top.
    if (hasNavigated()) heading.current?.focus();
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
