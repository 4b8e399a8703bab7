// Pages that are fetched when they are first needed, so that a worker's phone does not wait for the board.

/** Pages without anything to be told. */
export const plainPages = {
  board: () => import('../pages/Board.svelte'),
  me: () => import('../pages/MePage.svelte'),
  phones: () => import('../pages/Phones.svelte'),
};

/** Pages about one thing. */
export const pagesAbout = {
  alarm: () => import('../pages/AlarmPage.svelte'),
};

type Plain = keyof typeof plainPages;
type About = keyof typeof pagesAbout;

export const isPlain = (page: string): page is Plain => page in plainPages;
export const isAbout = (page: string): page is About => page in pagesAbout;
