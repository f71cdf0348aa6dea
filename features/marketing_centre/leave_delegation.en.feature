# language: en
# Offices and the limits of 5,000 and 2,000 yuan: the seed's first article, items 18 and 21. Persons and dates are invented.
Feature: Delegation while somebody is on leave
  Being on leave takes no authority away, and gives nobody any. Whoever is to decide in the meantime needs a delegation,
  with a limit, a first and a last day. The one who delegates keeps the power and stays accountable.

  Background:
    Given the ledger of "Haichuan Trading Co., Ltd." in CNY, time zone Asia/Shanghai
    And these positions from 2026-01-01:
      | position               | reports to         |
      | General Manager        |                    |
      | Marketing Director     | General Manager    |
      | Sales Manager          | Marketing Director |
      | Regional Sales Manager | Marketing Director |
      | Regional Supervisor    | Sales Manager      |
    And "Zhou Guoliang" holds "General Manager" from 2026-01-01
    And "Lin Xiaofeng" holds "Marketing Director" from 2026-01-01
    And "Zhao Mingyuan" holds "Sales Manager" from 2026-01-01
    And "Wu Siqi" holds "Regional Sales Manager" from 2026-01-01
    And "Zheng Haining" holds "Regional Supervisor" from 2026-01-01
    And these matters:
      | matter                | part of            | reserved |
      | customer relations    |                    |          |
      | customer disputes     | customer relations |          |
      | compensation in court | customer relations | yes      |
      | unplanned spending    |                    |          |
    # Disputes may be delegated twice in a row, unplanned spending not at all.
    And these authorities from 2026-01-01 through 2026-12-31:
      | id      | holder             | act     | matter             | limit     | may delegate |
      | item 21 | Marketing Director | dispose | customer relations | 5,000 CNY | 2            |
      | item 18 | Marketing Director | approve | unplanned spending | 2,000 CNY |              |

  Rule: Absence by itself takes no authority away and gives nobody any

    Scenario: the director is on leave and nobody was delegated to
      Given "Lin Xiaofeng" is absent from 2026-10-08 through 2026-10-23
      # On leave, and still the only one: 5,000.00 <= 5,000. The office is not vacant, so nothing goes up.
      When asked on 2026-10-15, who could dispose "customer disputes" for 5,000 CNY
      Then exactly these could:
        | person       | as     |
        | Lin Xiaofeng | holder |
      And "Zhou Guoliang" could not, because NO_GRANT
      And "Zhao Mingyuan" could not, because NO_GRANT

  Rule: A delegation runs from its first day through its last, up to its own limit

    Scenario Outline: a leave from 8 to 23 October, on <date>
      Given "Lin Xiaofeng" is absent from 2026-10-08 through 2026-10-23
      And "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      # The delegate comes and goes with the first and the last day; the director is there all the time.
      When asked on <date>, who could dispose "customer disputes" for 3,000 CNY
      Then "Zhao Mingyuan" could not, because <reason>

      Examples:
        | date       | reason            |
        | 2026-10-07 | NOT_YET_EFFECTIVE |
        | 2026-10-24 | EXPIRED           |

    Scenario: the delegate on the first and on the last day, to the cent
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      # 3,000.00 <= min(5,000, 3,000) = 3,000.
      When asked on 2026-10-08, who could dispose "customer disputes" for 3,000.00 CNY
      Then exactly these could:
        | person        | as       |
        | Lin Xiaofeng  | holder   |
        | Zhao Mingyuan | delegate |
      And "Zhao Mingyuan" could by way of "leave-1", up to 3,000 CNY
      When asked on 2026-10-23, who could dispose "customer disputes" for 3,000.00 CNY
      Then exactly these could:
        | person        | as       |
        | Lin Xiaofeng  | holder   |
        | Zhao Mingyuan | delegate |
      # 3,000.01 > 3,000 for the delegate, and <= 5,000 for the director, who kept the power.
      When asked on 2026-10-23, who could dispose "customer disputes" for 3,000.01 CNY
      Then exactly these could:
        | person       | as     |
        | Lin Xiaofeng | holder |
      And "Zhao Mingyuan" could not, because PER_ACT_EXCEEDED

    Scenario: the director comes back early and takes the delegation back
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      And delegation "leave-1" is revoked from 2026-10-19
      # 18 October is the last day with it, 19 October the first without.
      When asked on 2026-10-18, who could dispose "customer disputes" for 1,000 CNY
      Then exactly these could:
        | person        | as       |
        | Lin Xiaofeng  | holder   |
        | Zhao Mingyuan | delegate |
      When asked on 2026-10-19, who could dispose "customer disputes" for 1,000 CNY
      Then exactly these could:
        | person       | as     |
        | Lin Xiaofeng | holder |
      And "Zhao Mingyuan" could not, because REVOKED

  Rule: Nobody passes on more than they have, longer than they have it, or what may not be passed on

    Scenario: what the director may not delegate
      # 5,000.01 > 5,000.
      When this is attempted:
        """
        "Marketing Director" delegates "item 21" as "leave-2" to "Sales Manager" up to 5,000.01 CNY from 2026-10-08 through 2026-10-23
        """
      Then it is refused because LIMIT_ABOVE_SOURCE
      # Item 21 ends with 31 December; 1 January is one day too many.
      When this is attempted:
        """
        "Marketing Director" delegates "item 21" as "leave-2" to "Sales Manager" up to 5,000 CNY from 2026-10-08 through 2027-01-01
        """
      Then it is refused because PERIOD_WIDER_THAN_SOURCE
      # Item 18 does not say that it may be delegated.
      When this is attempted:
        """
        "Marketing Director" delegates "item 18" as "leave-3" to "Sales Manager" up to 500 CNY from 2026-10-08 through 2026-10-23
        """
      Then it is refused because NOT_DELEGABLE
      # 5,000.00 <= 5,000, and through 31 December.
      When this is attempted:
        """
        "Marketing Director" delegates "item 21" as "leave-2" to "Sales Manager" up to 5,000 CNY from 2026-10-08 through 2026-12-31
        """
      Then it is accepted

    Scenario: a delegate passes on only what they were told they may
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23, who may delegate further
      And "Marketing Director" delegates "item 21" as "leave-2" to "Regional Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      # leave-1 may be delegated once more (2 - 1 = 1); leave-2 may not.
      When this is attempted:
        """
        "Regional Sales Manager" delegates "leave-2" as "leave-3" to "Zheng Haining" up to 500 CNY from 2026-10-08 through 2026-10-23
        """
      Then it is refused because NOT_DELEGABLE
      When this is attempted:
        """
        "Sales Manager" delegates "leave-1" as "leave-3" to "Regional Supervisor" up to 500 CNY from 2026-10-08 through 2026-10-23
        """
      Then it is accepted
      # The supervisor: 500.00 <= min(5,000, 3,000, 500) = 500; 500.01 > 500.
      When asked on 2026-10-15, who could dispose "customer disputes" for 500 CNY
      Then "Zheng Haining" could by way of "leave-3", up to 500 CNY
      When asked on 2026-10-15, who could dispose "customer disputes" for 500.01 CNY
      Then "Zheng Haining" could not, because PER_ACT_EXCEEDED

    Scenario: a reserved matter is out of every delegate's reach
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      # Item 21 covers all customer relations; compensation in court, which is part of them, is reserved to the office itself.
      When asked on 2026-10-15, who could dispose "compensation in court" for 1,000 CNY
      Then exactly these could:
        | person       | as     |
        | Lin Xiaofeng | holder |
      And "Zhao Mingyuan" could not, because RESERVED

  Rule: A delegation hangs on its source: what narrows or breaks the source narrows or breaks it

    Scenario: the director's own limit is lowered during the leave
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      And authority "item 21" is limited to 2,500 CNY from 2026-10-16
      # 15 October: min(5,000, 3,000) = 3,000. 16 October: min(2,500, 3,000) = 2,500, for both of them.
      When asked on 2026-10-15, who could dispose "customer disputes" for 3,000 CNY
      Then "Zhao Mingyuan" could by way of "leave-1", up to 3,000 CNY
      When asked on 2026-10-16, who could dispose "customer disputes" for 2,500 CNY
      Then "Zhao Mingyuan" could by way of "leave-1", up to 2,500 CNY
      When asked on 2026-10-16, who could dispose "customer disputes" for 2,500.01 CNY
      Then nobody could
      And "Lin Xiaofeng" could not, because PER_ACT_EXCEEDED

    Scenario: the director's own authority is taken away during the leave
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      And authority "item 21" is revoked from 2026-10-16
      When asked on 2026-10-15, who could dispose "customer disputes" for 1,000 CNY
      Then exactly these could:
        | person        | as       |
        | Lin Xiaofeng  | holder   |
        | Zhao Mingyuan | delegate |
      When asked on 2026-10-16, who could dispose "customer disputes" for 1,000 CNY
      Then nobody could
      And "Lin Xiaofeng" could not, because REVOKED
      And "Zhao Mingyuan" could not, because CHAIN_BROKEN

    Scenario: the director leaves the company during the leave; the delegation was given by the office
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Sales Manager" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      And "Lin Xiaofeng" no longer holds "Marketing Director" from 2026-10-16
      # The office is vacant from 16 October: the General Manager exercises item 21, and the delegation goes on.
      When asked on 2026-10-16, who could dispose "customer disputes" for 1,000 CNY
      Then exactly these could:
        | person        | as        |
        | Zhou Guoliang | rolled up |
        | Zhao Mingyuan | delegate  |

    Scenario: a delegation to a person by name ends when that person leaves, and does not pass to the successor
      Given "Marketing Director" delegates "item 21" as "leave-1" to "Zhao Mingyuan" up to 3,000 CNY from 2026-10-08 through 2026-10-23
      And "Zhao Mingyuan" no longer holds "Sales Manager" from 2026-10-16
      And "Han Lixin" holds "Sales Manager" from 2026-10-16
      When asked on 2026-10-15, who could dispose "customer disputes" for 1,000 CNY
      Then exactly these could:
        | person        | as       |
        | Lin Xiaofeng  | holder   |
        | Zhao Mingyuan | delegate |
      When asked on 2026-10-16, who could dispose "customer disputes" for 1,000 CNY
      Then exactly these could:
        | person       | as     |
        | Lin Xiaofeng | holder |
      And "Zhao Mingyuan" could not, because EXPIRED
      And "Han Lixin" could not, because NO_GRANT
