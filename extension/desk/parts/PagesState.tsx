/** What stands where a table of pages will: its outline, why it is not there, or what to do where it has no rows. */
import type { ReactNode } from "react";
import type { Pages } from "./api.ts";
import { Empty, Failed, Loading } from "./State.tsx";
import { words } from "./words.ts";

interface PagesStateProps {
  pages: Pick<Pages<unknown>, "rows" | "isPending" | "error" | "refetch">;
  /** There may be rows under other filters. */
  filtered: boolean;
  /** Said where there is nothing at all. */
  title: string;
  text: string;
  children: ReactNode;
}

export function PagesState({ pages, filtered, title, text, children }: PagesStateProps) {
  if (pages.error) return <Failed error={pages.error} again={() => void pages.refetch()} />;
  if (pages.isPending) return <Loading />;
  if (pages.rows.length > 0) return children;
  return filtered ? (
    <Empty title={words.table.none} text={words.table.noneText} />
  ) : (
    <Empty title={title} text={text} />
  );
}
