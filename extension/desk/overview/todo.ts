/** One thing that needs attention, with where it is put right. */
export interface Todo {
  id: string;
  tone: "bad" | "warn";
  title: string;
  text: string;
  /** Where it is put right, and the link's label. */
  link: string;
  label: string;
}
