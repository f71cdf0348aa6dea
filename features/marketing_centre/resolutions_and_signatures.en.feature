# language: en
# The marketing committee is named in the seed's first article; seats, quorum, limits, persons and dates are invented.
Feature: Resolutions of the marketing committee, joint signatures, ratification
  What is too large for one is decided by several: by the committee, as a body, or by several officers who sign together.
  What was done without authority may be ratified by somebody who had it then and has it now.

  Background:
    Given the ledger of "Haichuan Trading Co., Ltd." in CNY, time zone Asia/Shanghai
    And these positions from 2026-01-01:
      | position           | reports to         |
      | General Manager    |                    |
      | Marketing Director | General Manager    |
      | Finance Director   | General Manager    |
      | Marketing Manager  | Marketing Director |
      | Sales Manager      | Marketing Director |
    And "Zhou Guoliang" holds "General Manager" from 2026-01-01
    And "Lin Xiaofeng" holds "Marketing Director" from 2026-01-01
    And "Feng Xiulan" holds "Finance Director" from 2026-01-01
    And "Chen Yutong" holds "Marketing Manager" from 2026-01-01
    And "Zhao Mingyuan" holds "Sales Manager" from 2026-01-01
    And the committee "Marketing Committee" of these seats, quorum 3, from 2026-01-01:
      | seat               |
      | General Manager    |
      | Marketing Director |
      | Marketing Manager  |
      | Sales Manager      |
    And these matters:
      | matter      | part of |
      | annual plan |         |
      | payments    |         |
      | campaign    |         |
    And these authorities from 2026-01-01:
      | id         | holder              | act     | matter      | limit         |
      | plan       | Marketing Committee | approve | annual plan | unlimited     |
      | campaign-1 | Marketing Director  | approve | campaign    | 10,000 CNY    |
      | campaign-2 | General Manager     | approve | campaign    | 1,000,000 CNY |

  Rule: The authority of a committee is the body's, never a member's

    Scenario: who could approve the annual plan
      When asked on 2026-03-02, who could approve "annual plan"
      Then exactly these could:
        | person              | as   |
        | Marketing Committee | body |
      And "Zhou Guoliang" could not, because NO_GRANT

  Rule: A resolution needs its quorum, and more yes than no among the votes cast

    Scenario: three of four seats are enough, two are not
      Given what follows is recorded on 2026-03-02
      And "Marketing Committee" resolved "plan A" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Lin Xiaofeng  | yes  |
        | Chen Yutong   | no   |
      And "Marketing Committee" resolved "plan B" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Lin Xiaofeng  | yes  |
      # A: 3 present, quorum 3; 2 of 3 votes. B: 2 present, 2 < 3.
      When the approval of "plan A" by "Marketing Committee" is judged
      Then the verdict is AUTHORISED
      When the approval of "plan B" by "Marketing Committee" is judged
      Then the verdict is UNAUTHORISED, because QUORUM_NOT_MET

    Scenario: a tie does not carry, and who abstains has not voted
      Given what follows is recorded on 2026-03-02
      And "Marketing Committee" resolved "plan C" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Lin Xiaofeng  | yes  |
        | Chen Yutong   | no   |
        | Zhao Mingyuan | no   |
      And "Marketing Committee" resolved "plan D" under "annual plan" on 2026-03-02:
        | member        | vote      |
        | Zhou Guoliang | yes       |
        | Lin Xiaofeng  | abstained |
        | Chen Yutong   | abstained |
      # C: 2 of 4 votes are not more than half. D: 3 present, 1 of 1 vote cast.
      When the approval of "plan C" by "Marketing Committee" is judged
      Then the verdict is UNAUTHORISED, because NOT_CARRIED
      When the approval of "plan D" by "Marketing Committee" is judged
      Then the verdict is AUTHORISED

    Scenario: somebody who has no seat is not counted
      Given what follows is recorded on 2026-03-02
      And "Marketing Committee" resolved "plan E" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Lin Xiaofeng  | yes  |
        | Feng Xiulan   | yes  |
      # Feng Xiulan is no member: 2 present, 2 < 3.
      When the approval of "plan E" by "Marketing Committee" is judged
      Then the verdict is UNAUTHORISED, because QUORUM_NOT_MET

    Scenario: a seat goes with the office, so who left it on the day before has none
      Given "Chen Yutong" no longer holds "Marketing Manager" from 2026-03-02
      And what follows is recorded on 2026-03-02
      And "Marketing Committee" resolved "plan F" under "annual plan" on 2026-03-01:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Lin Xiaofeng  | yes  |
        | Chen Yutong   | yes  |
      And "Marketing Committee" resolved "plan G" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Lin Xiaofeng  | yes  |
        | Chen Yutong   | yes  |
      # 1 March: still in office, 3 of quorum 3. 2 March: 2 < 3.
      When the approval of "plan F" by "Marketing Committee" is judged
      Then the verdict is AUTHORISED
      When the approval of "plan G" by "Marketing Committee" is judged
      Then the verdict is UNAUTHORISED, because QUORUM_NOT_MET

  Rule: An authority that rests on a resolution stands and falls with it

    Scenario: two mandates, one from a resolution with a quorum, one from a resolution without
      Given what follows is recorded on 2026-03-02
      And "Marketing Committee" resolved "plan H" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Chen Yutong   | yes  |
        | Zhao Mingyuan | yes  |
      And "Marketing Committee" resolved "plan I" under "annual plan" on 2026-03-02:
        | member        | vote |
        | Zhou Guoliang | yes  |
        | Chen Yutong   | yes  |
      And these authorities from 2026-03-03:
        | id        | holder            | act     | matter   | limit      | kind    | rests on |
        | mandate-H | Marketing Manager | approve | campaign | 50,000 CNY | special | plan H   |
        | mandate-I | Sales Manager     | approve | campaign | 50,000 CNY | special | plan I   |
      # 3 of quorum 3 carries mandate-H: 50,000.00 <= 50,000. 2 < 3 leaves mandate-I without ground.
      When asked on 2026-03-03, who could approve "campaign" for 50,000 CNY
      Then exactly these could:
        | person        | as     |
        | Chen Yutong   | holder |
        | Zhou Guoliang | holder |
      And "Chen Yutong" could by way of "mandate-H", up to 50,000 CNY
      And "Zhao Mingyuan" could not, because CHAIN_BROKEN
      When asked on 2026-03-02, who could approve "campaign" for 50,000 CNY
      Then "Chen Yutong" could not, because NOT_YET_EFFECTIVE

  Rule: Where two have to sign, one signature is within authority by itself and not enough for the item

    Background:
      # Payments up to 500,000: any two, one of them from finance or the General Manager.
      Given these authorities from 2026-01-01:
        | id  | holder             | act  | matter   | limit       |
        | pay | Marketing Director | sign | payments | 500,000 CNY |
      And authority "pay" needs 2 distinct persons, among them 1 of these, from 2026-01-01:
        | holder           |
        | Finance Director |
        | General Manager  |
      And what follows is recorded on 2026-03-02
      And "Lin Xiaofeng" did sign "transfer-1" under "payments" for 500,000 CNY on 2026-03-02T10:00+08:00
      And "Feng Xiulan" did sign "transfer-1" under "payments" for 500,000 CNY on 2026-03-02T11:00+08:00
      And "Lin Xiaofeng" did sign "transfer-2" under "payments" for 500,000 CNY on 2026-03-02T10:00+08:00
      And "Feng Xiulan" did sign "transfer-3" under "payments" for 500,000.01 CNY on 2026-03-02T10:00+08:00
      And "Lin Xiaofeng" did sign "transfer-3" under "payments" for 500,000.01 CNY on 2026-03-02T11:00+08:00

    Scenario: two signatures, one signature, and two signatures for a cent too much
      # transfer-1: 2 persons, one of finance. transfer-2: 1 < 2. transfer-3: 500,000.01 > 500,000 for either.
      When "transfer-1" is judged
      Then the verdict is AUTHORISED
      When the signature of "transfer-2" by "Lin Xiaofeng" is judged
      Then the verdict is AUTHORISED
      When "transfer-2" is judged
      Then the verdict is UNAUTHORISED, because NOT_ENOUGH_SIGNATORIES
      When "transfer-3" is judged
      Then the verdict is UNAUTHORISED, because PER_ACT_EXCEEDED

    Scenario: one person in two offices is one signature
      Given "Lin Xiaofeng" acts as "Finance Director" from 2026-04-01 through 2026-04-30
      And what follows is recorded on 2026-04-01
      And "Lin Xiaofeng" did sign "transfer-4" under "payments" for 500,000 CNY on 2026-04-01T10:00+08:00, as "Marketing Director"
      And "Lin Xiaofeng" did sign "transfer-4" under "payments" for 500,000 CNY on 2026-04-01T11:00+08:00, as "Finance Director"
      # Two offices, one person: 1 < 2.
      When "transfer-4" is judged
      Then the verdict is UNAUTHORISED, because NOT_ENOUGH_SIGNATORIES

  Rule: Ratification needs authority at the time of the act and at the time of ratifying, and never moves the act's date

    Scenario: ratified by the General Manager, on the day
      Given what follows is recorded on 2026-05-06
      And "Lin Xiaofeng" did approve "fair" under "campaign" for 10,000.01 CNY on 2026-05-06
      And what follows is recorded on 2026-05-11
      And "Zhou Guoliang" ratified the approval of "fair" on 2026-05-11
      # 10,000.01 > 10,000; the General Manager's 1,000,000 covers it on 6 May and on 11 May.
      When the approval of "fair" by "Lin Xiaofeng" is judged, as known on 2026-05-10
      Then the verdict is UNAUTHORISED, because PER_ACT_EXCEEDED
      When the approval of "fair" by "Lin Xiaofeng" is judged, as known on 2026-05-11
      Then the verdict is RATIFIED
      # Ratification makes no authority: the question about 6 May keeps its answer.
      When asked on 2026-05-06, who could approve "campaign" for 10,000.01 CNY
      Then exactly these could:
        | person        | as     |
        | Zhou Guoliang | holder |

    Scenario: ratified by somebody who got the authority only afterwards
      Given these authorities from 2026-05-07:
        | id         | holder           | act     | matter   | limit      |
        | campaign-3 | Finance Director | approve | campaign | 50,000 CNY |
      And what follows is recorded on 2026-05-06
      And "Lin Xiaofeng" did approve "fair" under "campaign" for 20,000 CNY on 2026-05-06
      And what follows is recorded on 2026-05-11
      And "Feng Xiulan" ratified the approval of "fair" on 2026-05-11
      # Feng Xiulan could on 11 May, not on 6 May, one day before her authority began: no effect.
      When the approval of "fair" by "Lin Xiaofeng" is judged, as known on 2026-05-11
      Then the verdict is UNAUTHORISED, because PER_ACT_EXCEEDED
