/** Which role of whom changes. */
export interface RoleChange {
  /** UUID: the key. A repeat gets the first answer and changes nothing more, also after later changes. */
  readonly changeId: string;
  readonly userId: string;
  readonly role: string;
}
