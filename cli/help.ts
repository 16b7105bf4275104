import { Help, type HelpConfiguration, type Option } from 'commander';

/** How help differs from the library's: it shows --json everywhere, what is required, and no default that says nothing. */
export const helpConfiguration: HelpConfiguration = {
  showGlobalOptions: true,
  optionDescription(option: Option) {
    const shown = saysNothing(option.defaultValue) ? Object.assign(clone(option), { defaultValue: undefined }) : option;
    const text = Help.prototype.optionDescription.call(new Help(), shown);
    return option.mandatory ? `${text} (required)` : text;
  },
};

function saysNothing(value: unknown): boolean {
  return value === false || value === '' || (Array.isArray(value) && value.length === 0);
}

function clone(option: Option): Option {
  return Object.assign(Object.create(Object.getPrototypeOf(option) as object) as Option, option);
}
