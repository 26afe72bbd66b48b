/** A text to be used elsewhere, and a button that copies it. */
import { Button, Code, CopyButton, Group } from "@mantine/core";
import { words } from "../parts/texts.ts";

export const CopyText = ({ text, label }: { text: string; label: string }) => (
  <Group gap="xs" wrap="nowrap" align="center">
    <Code className="desk-copy" aria-label={label} role="group">
      {text}
    </Code>
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          flex="none"
          onClick={copy}
          aria-label={`${words.copy.copy}: ${label}`}
        >
          <span role="status">{copied ? words.copy.copied : words.copy.copy}</span>
        </Button>
      )}
    </CopyButton>
  </Group>
);
