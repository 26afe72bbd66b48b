/** The page for an address that names nothing, or nothing that this role may see. */
import { Button } from "@mantine/core";
import { Page } from "./Page.tsx";
import { Empty } from "./QueryState.tsx";
import { words } from "./texts.ts";

export const Nowhere = () => (
  <Page title={words.nowhere.title}>
    <Empty
      title={words.nowhere.text}
      action={
        <Button component="a" href="#/" variant="default">
          {words.nowhere.back}
        </Button>
      }
    />
  </Page>
);
