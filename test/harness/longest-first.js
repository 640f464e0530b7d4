import Sequencer from '@jest/test-sequencer';

/** These take the longest, most of it for a good reason. What starts last should be short, so that no worker idles. */
const longest = [
  'suites/generated/',
  'suites/storm/',
  'suites/model/',
  'suites/end-to-end/',
  'suites/access/',
  'platform/embedded-postgres/',
  'platform/database/',
  'api/oauth/keys/',
];

/** Jest knows how long a file takes from its last run only, and in CI there is none. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = longest.findIndex((part) => path.includes(`/test/${part}`));
      return index < 0 ? longest.length : index;
    };
    // The order within a rank is jest's own: by the time of the last run, or by size.
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
