// The language of the screens: the person's own, until they switch.
import { en } from './en';
import { nl, type Texts } from './nl';

export type Language = 'nl' | 'en';
const KEPT = 'rugdekking.language';

class Words {
  language = $state<Language>('nl');
  t = $derived<Texts>(this.language === 'en' ? en : nl);

  /** A choice made on this phone wins from the language in the account. */
  prefer(language: Language): void {
    this.use(kept() ?? language);
  }

  switch(): void {
    this.use(this.language === 'nl' ? 'en' : 'nl');
    try {
      localStorage.setItem(KEPT, this.language);
    } catch {
      // A browser without storage asks again next time.
    }
  }

  /** The texts of one page, kept beside it so that they load with it. */
  pick<T>(texts: Record<Language, T>): T {
    return texts[this.language];
  }

  private use(language: Language): void {
    this.language = language;
    document.documentElement.lang = language;
  }
}

function kept(): Language | null {
  try {
    const value = localStorage.getItem(KEPT);
    return value === 'nl' || value === 'en' ? value : null;
  } catch {
    return null;
  }
}

export const words = new Words();
