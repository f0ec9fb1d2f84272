// The pages where people sign in, against a server of their own: the first account closes it, which the other pages' tests
// do not expect.

import { runPageTests } from './pages.mjs';

await runPageTests('e2e:people');
